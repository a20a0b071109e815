"""The ``kiosk`` command line. Exit 0 done, 1 failed, 2 wrong use or configuration (docs/cli.md)."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands.output import FAILED, WRONG_USE
from kiosk.errors import BadInput, KioskError

if TYPE_CHECKING:
    from kiosk.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say; returns the exit code."""
    if sys.stdout is None:  # ``kiosk ... >&-``: who asks hears by the exit code alone
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    arguments = _parsed(_with_southern_points(sys.argv[1:] if argv is None else argv))
    level = logging.DEBUG if arguments.verbose else logging.INFO if arguments.command == "run" else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        return _dispatch(arguments)
    except BadInput as error:
        sys.stderr.write(f"kiosk: {error}\n")
        return WRONG_USE
    except KioskError as error:
        sys.stderr.write(f"kiosk: {error}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("kiosk: stopped\n")
        return FAILED
    except BrokenPipeError:  # who read the output has had enough: ``kiosk ... | head``
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _parsed(argv: list[str]) -> argparse.Namespace:
    """The arguments. Words of a question may stand behind an option too, which argparse does not know of."""
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and (getattr(arguments, "text", None) is None or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        arguments.text += rest
    return arguments


def _with_southern_points(argv: Sequence[str]) -> list[str]:
    """``--near -21.1,55.5`` as one word: to argparse, what begins with a dash is an option."""
    found: list[str] = []
    for word in argv:
        if found and found[-1] == "--near" and word[:1] == "-" and word[1:2].isdigit():
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


def _dispatch(arguments: argparse.Namespace) -> int:
    """Import and do one command; only what it needs is imported."""
    match arguments.command:
        case "config":
            from kiosk.commands import config

            return config.check(arguments.file or arguments.config)
        case "demo":
            from kiosk.demo import story

            return story.run(arguments.out, scripted=arguments.scripted)
        case "modem":
            return _modem(arguments)
        case "directory":
            return _directory(arguments)
        case "run" if arguments.process == "core":
            return _core(arguments)
    from kiosk import configuration

    settings = configuration.load(arguments.config)
    match arguments.command:
        case "run":
            return _run(settings, arguments)
        case "call":
            from kiosk.commands import call

            return call.call(
                settings,
                arguments.number,
                line=arguments.line,
                play=arguments.play,
                record=arguments.record,
                seconds=arguments.seconds,
                as_json=arguments.json,
            )
    from kiosk.commands import switchboard

    match arguments.command:
        case "status":
            return switchboard.status(settings, as_json=arguments.json)
        case "sim":
            return switchboard.sim(settings, _gesture(arguments))
        case "health":
            from kiosk.commands import health

            return health.health(settings, as_json=arguments.json)
        case "handset":
            from kiosk.commands import handset

            commands = {"test": handset.test, "calibrate": handset.calibrate, "trend": handset.trend}
            return commands[arguments.what](settings, as_json=arguments.json)
        case "line":
            from kiosk.commands import line

            return line.test(settings, arguments.line, as_json=arguments.json)
        case "printer":
            from kiosk.commands import printer

            return printer.test(settings, as_json=arguments.json)
        case "sync":
            return switchboard.sync_now(settings, as_json=arguments.json)
    commands = {
        "list": switchboard.outbox_list,
        "stats": switchboard.outbox_stats,
        "verify": switchboard.outbox_verify,
    }
    return commands[arguments.what](settings, as_json=arguments.json)


def _modem(arguments: argparse.Namespace) -> int:
    """A modem by hand: without core, and without settings unless a file is named."""
    if arguments.what == "replay":
        from kiosk.commands import modem_replay

        return modem_replay.replay(arguments.file, as_json=arguments.json)
    from kiosk.commands import modem

    if arguments.what == "probe":
        return modem.probe(arguments.config, arguments.port, as_json=arguments.json)
    return modem.dial(
        arguments.config,
        arguments.number,
        arguments.port,
        family=arguments.family,
        play=arguments.play,
        record=arguments.record,
        pcm_port=arguments.pcm_port,
        seconds=arguments.seconds,
        as_json=arguments.json,
    )


def _directory(arguments: argparse.Namespace) -> int:
    from kiosk.commands import directory

    match arguments.what:
        case "import":
            return directory.import_(
                arguments.format,
                arguments.sources,
                arguments.out,
                mapping=arguments.mapping,
                report_to=arguments.report,
                strict=arguments.strict,
                base=arguments.base,
                licence=arguments.licence,
            )
        case "export":
            return directory.export(arguments.bundle, arguments.format, arguments.out, arguments.report)
        case "show":
            from kiosk.commands import directory_search

            if arguments.bundle is not None and arguments.index is None:
                service = directory.in_bundle(arguments.bundle, arguments.id)
            else:
                service = directory_search.show(arguments.config, arguments.index, arguments.id)
            return directory.show(service, as_json=arguments.json)
        case "build" | "search":
            return _search(arguments)
        case "patch":
            return directory.patch(arguments.old, arguments.new, arguments.out)
        case "apply":
            return directory.apply(arguments.old, arguments.patch, arguments.out)
    commands = {"verify": directory.verify, "stats": directory.stats}
    return commands[arguments.what](arguments.bundle, as_json=arguments.json)


def _search(arguments: argparse.Namespace) -> int:
    from kiosk.commands import directory_search

    if arguments.what == "build":
        return directory_search.build(arguments.bundle, arguments.index)
    wanted = directory_search.Wanted(
        text=" ".join(arguments.text),
        near=arguments.near,
        radius_km=arguments.radius,
        needs=tuple(arguments.need),
        audiences=tuple(arguments.audience),
        languages=tuple(arguments.language),
        open_at=arguments.open_at,
        limit=arguments.limit,
        explain=arguments.explain,
    )
    return directory_search.search(arguments.config, arguments.index, wanted, as_json=arguments.json)


def _core(arguments: argparse.Namespace) -> int:
    """Load the voice process beside all that core imports, the settings too: the terminal can call so much sooner."""
    from kiosk.voip.spawn import spawn_voice

    first_voice = spawn_voice()
    try:
        from kiosk import configuration

        settings = configuration.load(arguments.config)
        from kiosk import core
    except BaseException:
        first_voice.give_up()
        raise
    return core.run(settings, first_voice)


def _run(settings: "Settings", arguments: argparse.Namespace) -> int:
    match arguments.process:
        case "courier":
            from kiosk import courier
            from kiosk.ipc import Client

            return courier.run(settings, Client(settings.socket_path, "courier"))
        case _:
            from kiosk.screens import app

            return app.run(settings, with_panel=arguments.panel)


def _gesture(arguments: argparse.Namespace) -> dict[str, str]:
    match arguments.gesture:
        case "lift":
            return {"do": "lift"}
        case "hangup":
            return {"do": "hang_up"}
        case "press" | "hold" | "release":
            return {"do": arguments.gesture, "name": arguments.name}
        case _:
            return {"do": "digit", "digit": arguments.digit}


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", type=Path, metavar="FILE", help="the site's configuration file")
    shared.add_argument("--verbose", action="store_true", help="log more, to standard error")
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print one JSON document")
    parser = argparse.ArgumentParser(prog="kiosk", description="The field terminal of SOS Crise.")
    commands = parser.add_subparsers(dest="command", required=True)

    demo = commands.add_parser("demo", parents=[shared], help="run the whole story on this machine")
    demo.add_argument("--scripted", action="store_true", help="play the story by itself even with a display")
    demo.add_argument("--out", type=Path, default=Path("demo-output"), metavar="DIR")

    run = commands.add_parser("run", parents=[shared], help="run one process of the terminal")
    run.add_argument("process", choices=["core", "screen", "courier"])
    run.add_argument("--panel", action="store_true", help="screen: draw handset and buttons beside it")

    commands.add_parser("status", parents=[shared, as_json], help="how the terminal is")

    commands.add_parser("health", parents=[shared, as_json], help="what the maintenance team would be told now")

    sim = commands.add_parser("sim", help="drive the simulated panel").add_subparsers(dest="gesture", required=True)
    sim.add_parser("lift", parents=[shared])
    sim.add_parser("hangup", parents=[shared])
    for gesture in ("press", "hold", "release"):
        sim.add_parser(gesture, parents=[shared]).add_argument("name", metavar="NAME")
    sim.add_parser("digit", parents=[shared]).add_argument("digit", metavar="D")

    call = commands.add_parser("call", parents=[shared, as_json], help="place one call, without a switchboard")
    call.add_argument("number", metavar="NUMBER")
    call.add_argument("--line", choices=["voip", "gsm", "auto"], default="auto")
    call.add_argument("--play", type=Path, metavar="IN.wav", help="what the far end hears")
    call.add_argument("--record", type=Path, metavar="OUT.wav", help="what the far end says")
    call.add_argument("--seconds", type=float, metavar="N", help="hang up N seconds after the answer")

    outbox = commands.add_parser("outbox", help="the records on the card").add_subparsers(dest="what", required=True)
    for what in ("list", "stats", "verify"):
        outbox.add_parser(what, parents=[shared, as_json])

    handset = commands.add_parser("handset", help="the handset's test of itself").add_subparsers(
        dest="what", required=True
    )
    for what in ("test", "calibrate", "trend"):
        handset.add_parser(what, parents=[shared, as_json])

    line = commands.add_parser("line", help="the paths out").add_subparsers(dest="what", required=True)
    line.add_parser("test", parents=[shared, as_json], help="a test call, its sound proved both ways").add_argument(
        "line", choices=["voip", "gsm"]
    )

    modem = commands.add_parser("modem", help="a modem by hand").add_subparsers(dest="what", required=True)
    at_port = argparse.ArgumentParser(add_help=False)
    at_port.add_argument("--port", default="", metavar="P", help="serial device of the AT commands")
    modem.add_parser("probe", parents=[shared, as_json, at_port], help="what it is, and whether it could call")
    dial = modem.add_parser("dial", parents=[shared, as_json, at_port], help="one call, its events as JSON lines")
    dial.add_argument("number", metavar="NUMBER")
    dial.add_argument("--family", metavar="F", help="drive it as this family, whatever it says of itself")
    dial.add_argument("--play", type=Path, metavar="IN.wav", help="what the far end hears")
    dial.add_argument("--record", type=Path, metavar="OUT.wav", help="what the far end says")
    dial.add_argument("--pcm-port", default="", metavar="P", help="serial device of the sound, if it is not found")
    dial.add_argument("--seconds", type=float, metavar="N", help="hang up N seconds after the line opened")
    replay = modem.add_parser("replay", parents=[shared, as_json], help="what a recorded conversation amounts to")
    replay.add_argument("file", type=Path, metavar="FILE")

    printer = commands.add_parser("printer", help="the slips' printer").add_subparsers(dest="what", required=True)
    printer.add_parser("test", parents=[shared, as_json], help="print a slip, and say what became of it")

    sync = commands.add_parser("sync", help="send the records").add_subparsers(dest="what", required=True)
    sync.add_parser("now", parents=[shared, as_json])

    _directory_parser(commands.add_parser("directory", help="the relays: bundles of them"), shared, as_json)

    config = commands.add_parser("config", help="the configuration").add_subparsers(dest="what", required=True)
    config.add_parser("check", parents=[shared]).add_argument("file", nargs="?", type=Path, metavar="FILE")
    return parser


def _directory_parser(
    directory: argparse.ArgumentParser, shared: argparse.ArgumentParser, as_json: argparse.ArgumentParser
) -> None:
    commands = directory.add_subparsers(dest="what", required=True)
    report = argparse.ArgumentParser(add_help=False)
    report.add_argument("--format", required=True, metavar="F")
    report.add_argument("--report", type=Path, metavar="R.json", help="what was refused and lost, line by line")

    import_ = commands.add_parser("import", parents=[shared, report], help="read what others publish into a bundle")
    import_.add_argument("sources", nargs="+", type=Path, metavar="SRC")
    import_.add_argument("--out", required=True, type=Path, metavar="BUNDLE")
    import_.add_argument("--mapping", type=Path, metavar="M.toml", help="of a table: which column is what")
    import_.add_argument("--base", type=Path, metavar="BUNDLE", help="keep its records beside the new ones")
    import_.add_argument("--licence", default="", metavar="L", help="of sources that do not state their own (HSDS)")
    import_.add_argument("--strict", action="store_true", help="exit 1 if any line was refused")

    export = commands.add_parser("export", parents=[shared, report], help="write a bundle in another format")
    export.add_argument("bundle", nargs="?", type=Path, metavar="BUNDLE")
    export.add_argument("--out", required=True, type=Path, metavar="FILE")

    for what in ("verify", "stats"):
        one = commands.add_parser(what, parents=[shared, as_json])
        one.add_argument("bundle", nargs="?", type=Path, metavar="BUNDLE", help="else the helplines that ship")
    show = commands.add_parser("show", parents=[shared, as_json], help="one record")
    show.add_argument("id", metavar="ID")
    show.add_argument("--bundle", type=Path, metavar="BUNDLE", help="in this bundle, not an index")
    show.add_argument("--index", type=Path, metavar="INDEX", help="else this terminal's, else the helplines that ship")

    build = commands.add_parser("build", parents=[shared], help="make the index of a bundle")
    build.add_argument("bundle", type=Path, metavar="BUNDLE")
    build.add_argument("--index", required=True, type=Path, metavar="INDEX")
    search = commands.add_parser("search", parents=[shared, as_json], help="which services answer a question")
    search.add_argument("text", nargs="*", metavar="TEXT")
    search.add_argument("--near", metavar="PLACE|LAT,LON", help="commune, postcode, INSEE code, or degrees")
    search.add_argument("--radius", type=float, metavar="KM", help="local services no farther than this")
    search.add_argument("--need", action="append", default=[], metavar="N", help="one of these needs or themes")
    search.add_argument("--audience", action="append", default=[], metavar="A", help="what the person is")
    search.add_argument("--language", action="append", default=[], metavar="L", help="one of these is spoken there")
    search.add_argument("--open-at", metavar="ISO", help="open at that time, or now")
    search.add_argument("--limit", type=int, default=10, metavar="N")
    search.add_argument(
        "--index", type=Path, metavar="INDEX", help="else this terminal's, else the helplines that ship"
    )
    search.add_argument("--explain", action="store_true", help="why each stands where it stands")

    patch = commands.add_parser("patch", parents=[shared], help="what leads from one bundle to the next")
    patch.add_argument("old", type=Path, metavar="OLD")
    patch.add_argument("new", type=Path, metavar="NEW")
    patch.add_argument("--out", required=True, type=Path, metavar="PATCH")
    apply = commands.add_parser("apply", parents=[shared], help="the next bundle, from one and a patch")
    apply.add_argument("old", type=Path, metavar="OLD")
    apply.add_argument("patch", type=Path, metavar="PATCH")
    apply.add_argument("--out", required=True, type=Path, metavar="NEW")


if __name__ == "__main__":
    sys.exit(main())
