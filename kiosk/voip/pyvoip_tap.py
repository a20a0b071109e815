"""Looks over the shoulder of the pure-Python SIP library, which keeps to itself why a call fails.

Every response is handed on with its status, an INVITE gets our headers, everything goes to the proxy, and a wait for
an answer can be broken off. The library's own methods are wrapped on its objects; its classes stay as they are.
"""

import re
import time
from collections.abc import Callable
from typing import Any, Protocol

from kiosk.voip.pyvoip_call import Call

_SLICE_S = 0.05
"""How soon a wait notices that nobody waits any more."""

_BRANCH = re.compile(rb"\r\n(?:via|v)[ \t]*:[^\r\n]*?;[ \t]*branch[ \t]*=[ \t]*([^;, \t\r\n]+)", re.IGNORECASE)


class Abandoned(Exception):
    """The attempt ended while its INVITE was out."""


class Listener(Protocol):
    """Who is told. ``post`` is called from any thread; the others are handed to it."""

    dialling: Call | None
    """The call whose INVITE is being made and waited for."""

    def post(self, call: Callable[..., None], *args: Any) -> None: ...
    def on_response(self, call_id: str, status: int, method: str, raw: bytes) -> None: ...
    def on_bye(self, call_id: str) -> None: ...


def tap(phone: Any, listener: Listener) -> None:
    """Wrap the methods of one phone of the library."""
    sip = phone.sip
    gen_invite, from_raw = sip.gen_invite, sip._message_from_raw
    receive, callback = sip._recv_message_before, phone.callback

    def invite_with_headers(*args: Any) -> str:
        text = str(gen_invite(*args))
        call = listener.dialling
        if call is not None:
            if call.hanging_up or call.ended:
                raise Abandoned  # between a challenge and its answer
            ours = "".join(f"{name}: {value}\r\n" for name, value in call.headers.items())
            text = text.replace("Content-Type:", ours + "Content-Type:", 1)
            call.call_id = args[5]
        return text

    def watched(raw: bytes) -> Any:
        message = from_raw(raw)
        if not _is_request(message):
            cseq = message.headers.get("CSeq")
            method = str(cseq.get("method", "")) if isinstance(cseq, dict) else ""
            listener.post(listener.on_response, str(message.headers.get("Call-ID")), int(message.status), method, raw)
        return message

    def receive_in_slices(deadline: float) -> Any:
        while time.monotonic() < deadline:
            call = listener.dialling
            if call is not None and (call.hanging_up or call.ended):
                raise Abandoned
            message = receive(min(deadline, time.monotonic() + _SLICE_S))
            if message is not None:
                return message
        return None

    def told(message: Any) -> None:
        callback(message)
        if _is_request(message) and message.method == "BYE":
            listener.post(listener.on_bye, str(message.headers.get("Call-ID")))

    send = sip.send_raw

    def to_the_proxy(data: bytes, target: Any = None) -> None:
        # Whatever the library makes of Contact, Route and Via: the proxy knows better.
        call = listener.dialling
        if call is not None and data[:7] == b"INVITE " and data != call.invite:
            call.branch, call.invite = branch_of(data), data
        send(data, sip.signal_target())

    sip.send_raw = to_the_proxy
    # It begins to read only a second after its start, and an early call's answer with it.
    sip._delayed_recv_loop = lambda: sip.recv_loop()
    sip.gen_invite, sip._message_from_raw = invite_with_headers, watched
    sip._recv_message_before = receive_in_slices
    phone.callback = sip.callCallback = told


def _is_request(message: Any) -> bool:
    return bool(message.type.name == "MESSAGE")  # as against RESPONSE, in the library's words


def branch_of(message: bytes) -> str:
    """The transaction of a request of ours, or of a response to it (RFC 3261 §17.1.3); empty without one."""
    found = _BRANCH.search(message)
    return found[1].decode("ascii", "replace") if found else ""


class _Quiet:
    """Stands for the module ``warnings`` inside the library, which resets the process's filters as it goes."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None


def shut_up(*modules: Any) -> None:
    """Keep in the library, whose ``modules`` these are, its prints (whole SIP messages, with numbers) and warnings."""
    for module in modules:
        module.debug = lambda *args, **kwargs: None
        if hasattr(module, "warnings"):
            module.warnings = _Quiet()
