"""What is used of the native stack beyond its Python binding: functions that its shared object exports.

The binding hands out sound that is decoded already, with the lost packets simply missing. libre, baresip and libopus
are inside its extension with their public functions; here are those that give us the packets themselves and the
decoders. Whatever does not fit (a function gone, a buffer laid out otherwise) makes :func:`load` say None, and
the engine goes on with the binding's sound.
"""

import ctypes
import functools
import logging
from ctypes import (
    POINTER,
    c_bool,
    c_char_p,
    c_float,
    c_int,
    c_int8,
    c_int16,
    c_int32,
    c_size_t,
    c_uint16,
    c_uint32,
    c_void_p,
)
from typing import Any

log = logging.getLogger(__name__)

KNOWN_MAJOR = "4."
"""libre's releases with the signatures below."""


class Mbuf(ctypes.Structure):
    """libre's ``struct mbuf``: a datagram is ``buf[pos:end]``."""

    _fields_ = (("buf", c_void_p), ("size", c_size_t), ("pos", c_size_t), ("end", c_size_t))


RECEIVE = ctypes.CFUNCTYPE(c_bool, c_void_p, POINTER(Mbuf), c_void_p)
"""libre's ``udp_helper_recv_h``: source, datagram, argument; true means "handled, nobody else shall see it"."""

_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "sys_libre_version_get": (c_char_p, ()),
    "re_thread_enter": (None, ()),
    "re_thread_leave": (None, ()),
    "mbuf_alloc": (c_void_p, (c_size_t,)),
    "mbuf_write_mem": (c_int, (c_void_p, c_char_p, c_size_t)),
    "mem_deref": (c_void_p, (c_void_p,)),
    "uag_call_find": (c_void_p, (c_char_p,)),
    "call_audio": (c_void_p, (c_void_p,)),
    "audio_strm": (c_void_p, (c_void_p,)),
    "stream_rtp_sock": (c_void_p, (c_void_p,)),
    "rtp_sock": (c_void_p, (c_void_p,)),
    "rtcp_sock": (c_void_p, (c_void_p,)),
    "rtp_sess_ssrc": (c_uint32, (c_void_p,)),
    "rtp_sess_seq": (c_uint16, (c_void_p,)),
    "stream_sdpmedia": (c_void_p, (c_void_p,)),
    "sdp_media_format": (c_void_p, (c_void_p, c_bool, c_char_p, c_int, c_char_p, c_int32, c_int8)),
    "udp_register_helper": (c_int, (c_void_p, c_void_p, c_int, c_void_p, RECEIVE, c_void_p)),
    "opus_decoder_create": (c_void_p, (c_int32, c_int, POINTER(c_int))),
    "opus_decoder_destroy": (None, (c_void_p,)),
    "opus_decode_float": (c_int, (c_void_p, c_char_p, c_int32, POINTER(c_float), c_int, c_int)),
    "opus_packet_get_nb_samples": (c_int, (c_char_p, c_int32, c_int32)),
    "opus_packet_has_lbrr": (c_int, (c_char_p, c_int32)),
    "g722_decoder_new": (c_void_p, (c_int, c_int)),
    "g722_decoder_destroy": (c_int, (c_void_p,)),
    "g722_decode": (c_int, (c_void_p, c_char_p, c_int, POINTER(c_int16))),
}


@functools.cache
def load() -> Any:
    """The extension's functions with their types (a ``ctypes.CDLL``), or None, with one warning, if they do not fit.

    Calls through it let go of the interpreter's lock, so that one which waits for the stack's thread cannot hold
    that thread up. Any thread.
    """
    try:
        from baresip import _native

        library = ctypes.CDLL(_native.__file__)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
        version = library.sys_libre_version_get().decode("ascii", "replace")
        if not version.startswith(KNOWN_MAJOR):
            raise OSError(f"libre {version} is not known")
        if not _mbuf_fits(library):
            raise OSError("its buffers are laid out otherwise")
    except (ImportError, AttributeError, OSError) as error:
        log.warning("no packets from the SIP stack (%s): lost ones will not be concealed as well", error)
        return None
    return library


def _mbuf_fits(library: Any) -> bool:
    """Does a buffer of the stack's own making look as :class:`Mbuf` says?"""
    words = b"twelve bytes"
    made = library.mbuf_alloc(64)
    if not made:
        return False
    library.mbuf_write_mem(made, words, len(words))
    seen = ctypes.cast(made, POINTER(Mbuf)).contents
    fits = (seen.size, seen.pos, seen.end) == (64, len(words), len(words)) and bool(seen.buf)
    fits = fits and ctypes.string_at(seen.buf, len(words)) == words
    library.mem_deref(made)
    return fits
