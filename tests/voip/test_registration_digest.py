"""A registrar that asks who we are: challenges, stale ones, and the wrong password."""

from kiosk.demo.platform_sip import challenge_of
from kiosk.voip.engine import Registered, RegistrationFailed
from tests.voip.desk import CHALLENGE, REFUSED, Desk
from tests.voip.wires import response


def test_the_wrong_password_is_told_once_with_its_remedy_and_tried_rarely() -> None:
    desk = Desk().start()
    desk.hear(401, CHALLENGE)
    desk.hear(401, ("www-authenticate", 'Digest realm="help", nonce="n2", qop="auth"'))
    assert desk.told == [RegistrationFailed(401, REFUSED)]
    assert len(desk.wire.sent) == 2
    assert 240 <= desk.wait() <= 360
    assert desk.wire.last.get("authorization") == "", "it begins with a clean question"


def test_forbidden_is_a_refusal() -> None:
    desk = Desk().start()
    desk.hear(403)
    assert desk.told == [RegistrationFailed(403, REFUSED)]


def test_a_stale_nonce_is_no_wrong_password() -> None:
    desk = Desk().start()
    desk.hear(401, CHALLENGE)
    desk.hear(401, ("www-authenticate", 'Digest realm="help", nonce="n2", qop="auth", stale=true'))
    desk.accept()
    assert desk.told == [Registered(300)]
    assert challenge_of(desk.wire.last.get("authorization"))["nonce"] == "n2"


def test_a_registrar_that_finds_every_nonce_stale_is_given_up() -> None:
    desk = Desk().start()
    for number in range(20):
        if desk.told:
            break
        desk.hear(401, ("www-authenticate", f'Digest realm="help", nonce="n{number}", stale=true'))
    assert desk.told == [RegistrationFailed(401, REFUSED)]


def test_a_restarted_registrar_that_asks_anew_is_answered_anew() -> None:
    desk = Desk().start()
    desk.hear(401, CHALLENGE)
    desk.accept()
    desk.wait()
    desk.hear(401, ("www-authenticate", 'Digest realm="help", nonce="after-restart", qop="auth"'))
    assert challenge_of(desk.wire.last.get("authorization"))["nc"] == "00000001"
    desk.accept()
    assert desk.told == [Registered(300), Registered(300)]


def test_a_proxy_and_a_registrar_may_both_ask() -> None:
    desk = Desk().start()
    desk.hear(401, CHALLENGE)
    message = response(desk.wire.last, 401, ("proxy-authenticate", 'Digest realm="edge", nonce="p1"'))
    desk.machine.received(message.replace(b"SIP/2.0 401 Unauthorized", b"SIP/2.0 407 Proxy"), desk.now)
    assert desk.wire.last.get("authorization")
    assert desk.wire.last.get("proxy-authorization")
    desk.accept()
    assert desk.told == [Registered(300)]


def test_an_unknown_proof_is_told_with_what_we_have() -> None:
    desk = Desk().start()
    desk.hear(401, ("www-authenticate", 'Digest realm="help", nonce="n", algorithm=AKAv1-MD5'))
    (failed,) = desk.told
    assert isinstance(failed, RegistrationFailed)
    assert "SHA-256" in failed.reason
