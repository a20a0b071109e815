"""The page on the record says what the record says."""

import msgspec

from kiosk.directory import manual, parts, record


def test_the_table_of_the_page_is_made_from_the_record() -> None:
    text = manual.PAGE.read_text(encoding="utf-8")
    assert manual.page(text) == text, "run python -m kiosk.directory.manual"


def test_every_field_says_where_others_keep_it() -> None:
    said = {(row[0], row[1]) for name in ("record", "parts") for row in manual.fields(manual.HERE / f"{name}.py")}
    forms = [record.Service, *(value for value in vars(parts).values() if isinstance(value, type))]
    structs = [form for form in forms if issubclass(form, msgspec.Struct) and form is not msgspec.Struct]
    assert said == {(form.__name__, field.name) for form in structs for field in msgspec.structs.fields(form)}
