"""A configuration error names the file, the key, the value and the remedy; a secret is never shown."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk import configuration
from kiosk.__main__ import main
from kiosk.commands import manual
from kiosk.errors import BadInput
from kiosk.settings import PROJECT, Settings
from kiosk.voip.accounts import accounts_of
from kiosk.voip.engine import Account


def site(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_site_is_laid_over_the_shipped_file_key_by_key(tmp_path: Path) -> None:
    settings = configuration.load(site(tmp_path, '[terminal]\nid = "lyon-3"\n[helpline]\nnumber = "3114"'))
    assert settings.terminal.id == "lyon-3"
    assert settings.terminal.languages == ("fr", "en")
    assert settings.helpline.number == "3114"
    assert settings.helpline.shown == "0 800 19 00 00"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[audio]\nsidetone_db = "loud"', "audio.sidetone_db = 'loud': .*float"),
        ("[audio]\nsidetone_db = 3.0", "audio.sidetone_db = 3.0: .*<= 0"),
        ("[audio]\nloudness = 1", "audio.loudness = 1: no such key; .*spelling"),
        ("[modme]\nport = 1", "modme: no such key"),
        ('[terminal]\nid = "A B"', "terminal.id = 'A B'"),
        ("[hardware]\nhook = 99", "hardware.hook = 99: .*<= 27"),
        ("[hardware]\nbuttons = {help = 99}", "hardware.buttons"),
        ('[voip]\nengine = "linphone"', "voip.engine = 'linphone'"),
        ('[voip]\nserver = "sip.example.org"', "voip.user = '': .*set it"),
        ('[voip]\nengine = "rfcvoip"\nsrtp = "sdes"', "voip.srtp = 'sdes': .*no SRTP"),
        ('[voip]\nserver = "sip.example.org:x"', "voip.server = 'sip.example.org:x': .*write it as"),
        ('[voip]\nmenu = "1,x"', "voip.menu = '1,x': 'x' is no key: write digits"),
        ('[voip]\nstun_server = "a b"', "voip.stun_server = 'a b': .*write it as"),
        ('[voip]\ntest_number = "112x"', "voip.test_number = '112x'"),
        ("[voip]\noptions_interval_s = 301", "voip.options_interval_s = 301: .*<= 300"),
        ('[voip]\nengine = "rfcvoip"\nice = true', "voip.ice = True: .*no ICE"),
        ('[voip.backup]\nuser = "box"', "voip.backup.server = '': .*set it, or take"),
        ('[voip.backup]\nserver = "b.example.org"', "voip.backup.user = '': .*set it"),
        ('[voip.backup]\nserver = "b:0"\nuser = "box"', "voip.backup.server = 'b:0': .*write it as"),
        ('[voip.backup]\nservre = "b"', "voip.backup.servre = 'b': no such key"),
        (
            'profile = "kamalio"',
            "profile = 'kamalio': no such profile; there are: contact-centre, kamailio, plain-trunk",
        ),
        ('profile = "../kiosk"', "profile = '../kiosk': no such profile"),
        ("profile = 7", "profile = 7: no such profile"),
        ('[policy]\nallowed = ["0899 1"]', "policy.allowed"),
        ('[printer]\nconnection = "network"', "printer.device = '/dev/usb/lp0': a network printer.*host:port"),
        ('[printer]\nconnection = "usb"\ndevice = "lp0"', "printer.device = 'lp0': not a path"),
        ('[policy]\nallowed = ["0899123456"]\noffers = []', "0899123456.*surcharged"),
        ('[policy]\nallowed = ["114"]\noffers = []', "114.*text"),
        ('[policy]\noffers = ["3115"]', "policy.offers = '3115': .*add it"),
        ('[outbox]\nhub_url = "http://hub.example.org"', "outbox.hub_url.*https"),
        ("[secrets]\nsip_password = 'x'", "secrets: not in this file"),
        ("[terminal\n", "not TOML: .*line"),
        ('secrets_file = "none.toml"', "none.toml: no such file"),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_remedy(tmp_path: Path, text: str, told: str) -> None:
    path = site(tmp_path, text)
    with pytest.raises(BadInput) as caught:
        configuration.load(path)
    assert re.search(told, str(caught.value))
    assert str(tmp_path) in str(caught.value)


def test_a_secrets_file_that_others_can_read_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('sip_password = "hidden-word"')
    secrets.chmod(0o644)
    path = site(tmp_path, 'secrets_file = "secrets.toml"')
    with pytest.raises(BadInput, match=r"chmod 600 .*secrets\.toml"):
        configuration.load(path)
    secrets.chmod(0o600)
    settings = configuration.load(path)
    assert settings.secrets.sip_password == "hidden-word"
    assert "hidden-word" not in repr(settings)


def test_a_wrong_secret_is_told_without_its_value(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.touch(mode=0o600)
    secrets.write_text('sim_pin = "12ab"')
    with pytest.raises(BadInput, match="sim_pin") as caught:
        configuration.load(site(tmp_path, 'secrets_file = "secrets.toml"'))
    assert "12ab" not in str(caught.value)


def test_the_command_says_good_with_0_and_wrong_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "check", str(site(tmp_path, '[terminal]\nid = "here"'))]) == 0
    assert main(["config", "check", str(site(tmp_path, "[audio]\nloudness = 1"))]) == 2
    told = capsys.readouterr()
    assert "good, terminal here" in told.out
    assert "audio.loudness = 1" in told.err


def all_keys(prefix: str, kind: type) -> Iterator[str]:
    for field in msgspec.structs.fields(kind):
        if hasattr(field.type, "__struct_fields__"):
            yield from all_keys(f"{prefix}{field.name}.", field.type)
        elif prefix:
            yield f"{prefix}{field.name}"


def test_every_key_is_documented_for_the_installer() -> None:
    page = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    keys = {key.removeprefix("secrets.") for key in all_keys("", Settings)}
    assert "voip.backup.server" in keys
    assert {key for key in keys if f"`{key}`" not in page} == set()


def test_the_page_of_all_settings_is_the_one_written_from_them() -> None:
    assert (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8") == manual.page()


# --- profiles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", configuration.profiles())
def test_a_profile_lies_between_the_shipped_file_and_the_sites_own(tmp_path: Path, name: str) -> None:
    settings = configuration.load(
        site(
            tmp_path,
            f'profile = "{name}"\n[terminal]\nid = "here"\n'
            '[voip]\nserver = "sip.example.org"\nuser = "box"\nregister_interval_s = 77',
        )
    )
    assert settings.profile == name
    assert settings.voip.register_interval_s == 77
    assert settings.helpline.shown == "0 800 19 00 00"
    facts = (settings.voip.transport, settings.voip.register, settings.voip.srtp, settings.voip.codecs[0])
    assert (
        facts
        == {
            "plain-trunk": ("udp", False, "off", "pcma"),
            "kamailio": ("tls", True, "sdes", "opus"),
            "contact-centre": ("tls", True, "sdes", "pcma"),
        }[name]
    )


def test_the_example_in_a_profiles_comments_is_a_good_site(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.touch(mode=0o600)
    for name in configuration.profiles():
        lines = (configuration.PROFILES / f"{name}.toml").read_text("utf-8").splitlines()
        example = [line.removeprefix("#     ") for line in lines if line.startswith("#     ")]
        settings = configuration.load(site(tmp_path, "\n".join([*example, '[terminal]\nid = "here"'])))
        assert (settings.profile, bool(settings.voip.server)) == (name, True)


def test_the_second_account_has_a_table_and_a_password_of_its_own(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.touch(mode=0o600)
    secrets.write_text('sip_password = "one"\nsip_backup_password = "two"')
    text = 'secrets_file = "secrets.toml"\n[voip]\nserver = "a.example.org"\nuser = "box"\ncodecs = ["pcma"]\n'
    assert len(accounts_of(configuration.load(site(tmp_path, text)))) == 1
    more = '[voip.backup]\nserver = "b.example.org:5061"\nuser = "box2"\ntransport = "tls"'
    settings = configuration.load(site(tmp_path, text + more))
    primary, backup = accounts_of(settings)
    assert backup == Account("box2", "b.example.org", "b.example.org:5061", "tls", password="two", codecs=("pcma",))
    assert primary.password == "one"


def test_a_platform_whose_reports_are_wrong_is_not_heeded_by_either_account(tmp_path: Path) -> None:
    voip = '[voip]\nserver = "a.example.org"\nuser = "box"\n'
    backup = '[voip.backup]\nserver = "b.example.org"\nuser = "box"'
    for told, heeds in (("", True), ("heed_reports = false\n", False)):
        settings = configuration.load(site(tmp_path, voip + told + backup))
        assert [account.heed_reports for account in accounts_of(settings)] == [heeds, heeds]


def test_the_command_names_a_wrong_profile_and_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "check", str(site(tmp_path, 'profile = "asterisk"'))]) == 2
    assert "no such profile; there are: contact-centre, kamailio, plain-trunk" in capsys.readouterr().err
