"""The settings' types: every key of the configuration, with what it means. Read by kiosk.configuration."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.handset.settings import Cradle
from kiosk.takeaway.settings import Printer, Texts

PROJECT = Path(__file__).resolve().parent.parent

Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]
Digits = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{2,15}$")]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$")]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the configuration; an unknown key is an error, not a silence."""


class Terminal(_Section, frozen=True):
    """Who and where this terminal is."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
    """Name of this terminal on the hub: lower-case letters, digits, dashes."""
    site: str = ""
    """Public name of the place, shown on the idle screen."""
    languages: Annotated[tuple[Language, ...], msgspec.Meta(min_length=1)] = ("fr", "en")
    """Languages offered, in order; the first is the one that greets. Each needs its catalogue and prompts."""
    runtime_dir: str = "/run/sos-crise"
    """Where the switchboard's socket lives; cleared at boot."""
    state_dir: str = "/var/lib/sos-crise"
    """Where the outbox lives; must be on the card, never on a memory file system."""


class Location(_Section, frozen=True):
    """Where the telephone stands. Sent to the helpline with each call over VoIP (RFC 6442), so that help finds it."""

    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")] = "FR"
    """ISO 3166 code."""
    region: str = ""
    """Région."""
    department: str = ""
    """Département."""
    city: str = ""
    """Commune."""
    postal_code: str = ""
    """Code postal."""
    street: str = ""
    """Street with its kind: ``rue de la République``."""
    house_number: str = ""
    """With its suffix: ``12 bis``."""
    building: str = ""
    """Building of a larger place."""
    floor: str = ""
    """Floor."""
    room: str = ""
    """Room."""
    name: str = ""
    """Name of the place, as on its door."""
    directions: str = ""
    """What somebody who comes to help must know: ``entrée par la cour``."""
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    """Degrees north (WGS 84), where measured; with ``longitude``."""
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    """Degrees east."""

    @property
    def is_known(self) -> bool:
        """True when there is enough to find the place."""
        return bool(self.city or self.street) or (self.latitude is not None and self.longitude is not None)


class Directory(_Section, frozen=True):
    """The relays that a person can look up here, without a network (docs/guide.md)."""

    enabled: bool = True
    """False: this terminal only calls, and key 3 of its menu means nothing."""
    bundle: str = ""
    """Bundle of relays (``kiosk directory import``). Empty: the French helplines, which ship."""
    radius_km: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 30.0
    """How far local relays are looked for from here; national ones are always among the answers."""
    insee: Annotated[str, msgspec.Meta(pattern=r"^([0-9][0-9AB][0-9]{3})?$")] = ""
    """INSEE code of the commune where the telephone stands. Empty: as ``location.city`` and ``postal_code`` say."""
    worker_mode: bool = True
    """The social worker's fuller screen (docs/travailleur-social.md). False where nobody is there to use it."""


class Helpline(_Section, frozen=True):
    """The number the big button calls."""

    number: Digits = "0800190000"
    """Dialled over both lines."""
    shown: str = "0 800 19 00 00"
    """The same, as a person reads it."""


class Policy(_Section, frozen=True):
    """What may be dialled beside the helpline. Everything else is refused."""

    emergency: tuple[Digits, ...] = ("112", "15", "17", "18", "115", "119", "196")
    """Dialled whatever else the configuration says. 114 is for text only and is refused here."""
    allowed: tuple[Digits, ...] = ("3114", "3919")
    """Further numbers this site allows; must be free to call. Premium numbers are refused here."""
    offers: Annotated[tuple[Digits, ...], msgspec.Meta(max_length=3)] = ("3114", "15", "115")
    """At most three, one press each, when the helpline cannot be reached; each allowed or emergency."""
    relays: Literal["free", "ordinary"] = "free"
    """Which relays are called from their cards. free: numbers that cost nothing (15, 3114, 116 006, 0 800 to 0 805),
    where the directory says so. ordinary: fixed and mobile numbers (01 to 07, 09, 0 806 to 0 809) as well; the site
    pays for them."""


class Calls(_Section, frozen=True):
    """Deadlines and limits of the call machine (docs/calls.md draws them)."""

    first_progress_s: Seconds = 2.5
    """Without any progress on VoIP for this long, the mobile line is dialled too."""
    alert_s: Seconds = 12.0
    """With progress but no alerting for this long, the other line is dialled too."""
    give_up_s: Seconds = 45.0
    """Without alerting on any line for this long, the attempt is given up."""
    ring_s: Seconds = 60.0
    """Ringing unanswered for this long counts as no answer."""
    media_silent_s: Seconds = 3.0
    """An answered call without any sound from the far end for this long counts as dropped."""
    rescues: Annotated[int, msgspec.Meta(ge=0, le=10)] = 3
    """How often one visit is called back by the terminal after a drop."""
    left_off_hook_s: Seconds = 120.0
    """No call and no key for this long with the handset up: the visit is closed and filed."""


class Backup(_Section, frozen=True):
    """A second account, at another platform or another door of the same one, for when the first is dead."""

    server: str = ""
    """As ``voip.server``. Empty: there is no backup."""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    """As ``voip.transport``."""
    user: str = ""
    """As ``voip.user``."""
    domain: str = ""
    """As ``voip.domain``."""
    auth_user: str = ""
    """As ``voip.auth_user``."""
    register: bool = True
    """As ``voip.register``."""
    srtp: Literal["off", "sdes", "dtls"] = "off"
    """As ``voip.srtp``: each platform has its own."""
    ca_file: str = ""
    """As ``voip.ca_file``."""


class Voip(_Section, frozen=True):
    """The path over the internet."""

    enabled: bool = True
    """False: the mobile line alone."""
    engine: Literal["baresip", "rfcvoip"] = "baresip"
    """The SIP engine; rfcvoip is pure Python, without SRTP, for where no baresip wheel exists."""
    server: str = ""
    """``host`` or ``host:port`` of the platform's registrar or trunk. Empty: this path is not configured."""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    """How SIP travels. rfcvoip is safest over tcp: it does not repeat a lost INVITE."""
    user: str = ""
    """User part of this terminal's address of record."""
    domain: str = ""
    """Host part of it, and of the addresses that are called; empty: the server's host."""
    auth_user: str = ""
    """User name for the digest when it is not ``user``."""
    register: bool = True
    """False for a trunk that knows us by address."""
    register_interval_s: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 300
    """Asked-for life of a registration."""
    codecs: tuple[Literal["opus", "g722", "pcma", "pcmu"], ...] = ("opus", "g722", "pcma", "pcmu")
    """Offered, in order of preference."""
    srtp: Literal["off", "sdes", "dtls"] = "off"
    """Encryption of the sound. Only the baresip engine has it."""
    ca_file: str = ""
    """PEM file the platform's certificate must chain to; empty: the system's authorities."""
    local_address: str = ""
    """Address to use on this machine; empty: the one that routes to the server."""
    options_interval_s: Annotated[float, msgspec.Meta(ge=0, le=300)] = 25.0
    """Between two proofs (OPTIONS) that the platform is alive; above 30 a NAT may forget us. 0: none; a trunk without
    registration is then never proved, and never shown as ready."""
    test_number: Annotated[str, msgspec.Meta(pattern=r"^(\+?[0-9]{2,15})?$")] = ""
    """Number at the platform that answers the daily test call. Empty: no test calls."""
    menu: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """Keys sent after the helpline's answer, to get through its menu: ``1,,2#`` is 1, two seconds, 2, #."""
    stun_server: str = ""
    """``host`` or ``host:port`` of a STUN server, where the platform does not see through NAT. Empty: none."""
    ice: bool = False
    """Offer ICE candidates for the sound. Only the baresip engine has it."""
    heed_reports: bool = True
    """Call back when the platform reports (RTCP) that it hears the caller no more. False: its reports are wrong.
    Only the baresip engine has it."""
    backup: Backup = Backup()
    """The second account, in a table of its own: ``[voip.backup]``."""


class Modem(_Section, frozen=True):
    """The path over the mobile network."""

    enabled: bool = True
    """False: VoIP alone."""
    port: str = ""
    """Serial device of the AT commands, by a stable name (/dev/serial/by-id/...). Empty: no modem."""
    pcm_port: str = ""
    """Serial device of the sound. Empty: the module's own one where it is known (SIMCom, Quectel on the USB)."""
    sound: Literal["serial", "card", "none"] = "serial"
    """How the call's sound comes: a serial port, the module's own sound card (Quectel), or wires to the sound card."""
    family: Literal["", "sim7600", "a76xx", "sim800", "quectel", "huawei", "ublox", "generic"] = ""
    """Drive the modem as that, whatever it says of itself. Empty: by its own words and its USB identity."""
    key_pin: Annotated[int, msgspec.Meta(ge=0, le=27)] | None = None
    """BCM number of the pin that presses the module's power key while it is high."""
    cut_pin: Annotated[int, msgspec.Meta(ge=0, le=27)] | None = None
    """BCM number of the pin that cuts the modem's supply while it is high (a relay's normally closed contact)."""
    usb_power: bool = True
    """Cut the power of the modem's USB port as the last means, where there is no cut_pin (docs/hardware.md)."""
    baud: Annotated[int, msgspec.Meta(ge=9600, le=4_000_000)] = 115_200
    """Speed of both; ignored by USB modems."""
    black_box: bool = True
    """Keep the last conversation with the modem, without numbers, on the card after a failure (docs/privacy.md)."""


class Audio(_Section, frozen=True):
    """The handset's sound card."""

    backend: Literal["device", "files", "none"] = "device"
    """device: PortAudio (ALSA or PulseAudio); files: WAV in and out (tests, demo, command line); none: silence."""
    input: str = ""
    """device: part of the microphone's stable name (never a card number), or empty; files: WAV to speak."""
    output: str = ""
    """device: part of the earpiece's stable name, empty for the default; files: WAV to write what the ear hears."""
    sidetone_db: Annotated[float, msgspec.Meta(ge=-60, le=0)] = -24.0
    """How loud the caller hears their own voice; -60 is off."""
    volume: Annotated[int, msgspec.Meta(ge=-3, le=3)] = 0
    """Steps of 3 dB at which each visit begins; the volume keys go from -3 to 3 whatever this is."""
    simulated_cradle: str = ""
    """files, none: JSON file with the acoustics of a simulated handset on its hook (tests, demo); empty: none."""
    level_far_end: bool = True
    """Bring the helpline's voice to one loudness: a whisper up by 12 dB at most, a shout down by 6."""
    prompts_dir: str = str(PROJECT / "config" / "prompts")
    """Folder of the spoken prompts, one sub-folder a language."""

    @property
    def hears_itself(self) -> bool:
        """Whether anything leads from earpiece to microphone, so that the cradle test can be run."""
        return self.backend == "device" or bool(self.simulated_cradle)


class Hardware(_Section, frozen=True):
    """Handset hook, buttons and lights. Pins are BCM numbers."""

    pins: Literal["gpio", "simulated", "none"] = "gpio"
    """gpio: the Pi's; simulated: driven by ``kiosk sim``; none: the socket's intents alone."""
    hook: Pin = 17
    """Closed to ground while the handset is up, unless ``hook_inverted``."""
    hook_inverted: bool = False
    """True where the switch opens when the handset is lifted."""
    debounce_s: Annotated[float, msgspec.Meta(ge=0, le=0.5)] = 0.03
    """Contacts must rest for this long before a change counts."""
    stuck_s: Seconds = 30.0
    """A button or key held for longer is stuck: a fault, and ignored until it is let go."""
    stuck_hook_s: Seconds = 600.0
    """Off hook for longer with neither call nor key: the hook is stuck, or the handset hangs beside it."""
    buttons: dict[str, Pin] = msgspec.field(default_factory=lambda: {"help": 27, "language": 22})
    """Button names to pins, each closed to ground when pressed. ``help`` is the big one."""
    keypad_rows: tuple[Pin, ...] = (5, 6, 13, 19)
    """Rows of a telephone keypad, top first; empty: none."""
    keypad_columns: tuple[Pin, ...] = (12, 16, 20)
    """Columns, left first."""
    ready_light: Pin = 23
    """Lit only while a path is proved."""
    call_light: Pin = 24
    """Lit while a call is up."""


class HealthReports(_Section, frozen=True):
    """How the terminal is, filed for the maintenance team (docs/wire.md); nothing about any caller."""

    first_s: Seconds = 120.0
    """From core's start to the first report at the earliest: lines and voice have come up by then, or have not."""
    every_s: Seconds = 86_400.0
    """Between two reports when nothing changes."""
    steady_s: Seconds = 30.0
    """A changed verdict is filed once it has stood for this long."""
    between_s: Seconds = 600.0
    """Two reports are this far apart at least."""
    beacon_number: Annotated[str, msgspec.Meta(pattern=r"^(\+?[0-9]{8,15})?$")] = ""
    """Mobile number of the maintenance team: gets one text message a day when no internet path worked for a day, over
    the mobile line and between calls. Empty: none is sent. The message says terminal, hours, and what is weak."""


class Outbox(_Section, frozen=True):
    """Records on the card and their way to the hub."""

    hub_url: str = ""
    """``https://host`` of the hub. Empty: records are kept and not sent."""
    hub_ca_file: str = ""
    """PEM file the hub's certificate must chain to; empty: the system's authorities."""
    hub_public_key: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    """Hub's X25519 public key, 64 hex digits: records are sealed to it. Empty: kept unsealed (demo only)."""
    batch: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50
    """Events in one request at most."""
    lease_s: Seconds = 120.0
    """How long a batch is the courier's before it is offered again."""
    first_back_off_s: Seconds = 5.0
    """Pause after a failed sync; doubles, with jitter, up to ``longest_back_off_s``."""
    longest_back_off_s: Seconds = 900.0
    """Longest pause between two tries."""
    reserve_kib: Annotated[int, msgspec.Meta(ge=0)] = 512
    """Room kept aside so that counts can still be written on a full card."""


class Display(_Section, frozen=True):
    """The screen process."""

    enabled: bool = True
    """False for a terminal with handset and keys alone."""
    width: Annotated[int, msgspec.Meta(ge=320, le=3840)] = 800
    """Pixels."""
    height: Annotated[int, msgspec.Meta(ge=240, le=2160)] = 480
    """Pixels."""
    driver: Literal["auto", "kmsdrm", "x11", "offscreen"] = "auto"
    """SDL video driver. auto: x11 with DISPLAY, kmsdrm without; production names it."""
    screenshots: str = ""
    """Folder for a PNG of every screen passed (demo, tests); empty: none."""


class Secrets(_Section, frozen=True):
    """Kept apart, in a file that its owner alone can read (mode 0600)."""

    sip_password: str = ""
    """Password of the SIP account."""
    sip_backup_password: str = ""
    """Password of the account in ``[voip.backup]``."""
    hub_token: str = ""
    """Bearer token of this terminal on the hub."""
    sim_pin: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4,8})?$")] = ""
    """PIN of the SIM card; empty when it has none."""

    def __repr__(self) -> str:
        return "Secrets(...)"


class Settings(_Section, frozen=True):
    """All of it."""

    terminal: Terminal
    profile: str = ""
    """Name of a file of ``config/profiles/`` that is laid under the site's own: ``profile = "kamailio"``."""
    location: Location = Location()
    directory: Directory = Directory()
    helpline: Helpline = Helpline()
    policy: Policy = Policy()
    calls: Calls = Calls()
    voip: Voip = Voip()
    modem: Modem = Modem()
    audio: Audio = Audio()
    hardware: Hardware = Hardware()
    cradle: Cradle = Cradle()
    health: HealthReports = HealthReports()
    outbox: Outbox = Outbox()
    display: Display = Display()
    printer: Printer = Printer()
    texts: Texts = Texts()
    secrets_file: str = ""
    """TOML file with the secrets; relative to the file that names it. Empty: no secrets."""
    secrets: Secrets = Secrets()
    """Never in a configuration file: filled from ``secrets_file``."""

    @property
    def socket_path(self) -> Path:
        """The switchboard's Unix socket."""
        return Path(self.terminal.runtime_dir) / "switchboard.sock"

    @property
    def index_path(self) -> Path:
        """The directory's index, made from the bundle on this terminal."""
        return Path(self.terminal.state_dir) / "directory" / "directory.sqlite"

    @property
    def outbox_path(self) -> Path:
        """The outbox's journal."""
        return Path(self.terminal.state_dir) / "outbox.journal"
