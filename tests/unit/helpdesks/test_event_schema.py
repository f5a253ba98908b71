"""The canonical event as JSON Schema, and that it says what the parser does."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from signed_deliveries import example, examples

from triage.domain.ticket import Author, Channel
from triage.helpdesks import standard_webhooks
from triage.helpdesks.event import Delivery, Malformed
from triage.helpdesks.ticket_events import TYPES

ROOT = Path(__file__).parents[3]
FILE = ROOT / "docs" / "helpdesks" / "event-1.schema.json"
SCHEMA = json.loads(FILE.read_text(encoding="utf-8"))
VALID = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)
DOCUMENTS = [json.loads(example(name)) for name in examples("generic")]
MOMENT = re.compile(SCHEMA["$defs"]["moment"]["anyOf"][0]["pattern"])

#: Values near to those that are taken; of printable characters that all versions of Unicode know.
NEAR = st.sampled_from(
    [
        *(None, "", " ", "x", "x" * 200, "x" * 201, " a b ", "a\tb", "a\u00a0b", "\u200b", "Größe"),
        *(
            0,
            -1,
            7.0,
            1.5,
            10**31,
            True,
            [],
            ["a"],
            ["a", 1],
            [None],
            {},
            {"id": 1},
            {"kind": "agent"},
        ),
        *({"kind": "customer", "id": "u"}, {"kind": ""}, {"kind": 0}, {"name": 7}, {"email": ""}),
        *("2026-11-20T10:12:07Z", "2026-02-30T10:12:07Z", "2026-11-20T10:12:07.5+01:00"),
        *("2026-11-20T10:12:07", "2026-11-20T24:00:00Z", "yesterday", 1795249800, 631151999.9),
        *(4102444799.9, 4102444800, *TYPES, *(it.value for it in Author), "text", "html"),
    ]
)
FIELDS = st.sampled_from([*SCHEMA["properties"]["data"]["properties"], "unknown"])


def is_taken(document: object) -> bool:
    delivery = Delivery({"webhook-id": "msg_1"}, json.dumps(document).encode())
    try:
        standard_webhooks.parse(delivery)
    except Malformed:
        return False
    return True


@pytest.mark.parametrize("document", DOCUMENTS, ids=examples("generic"))
def test_every_example_is_of_the_schema(document):
    assert VALID.is_valid(document)
    assert is_taken(document)


def test_the_schema_is_a_schema_and_names_all_that_the_parser_knows():
    jsonschema_rs.meta.validate(SCHEMA)
    assert SCHEMA["properties"]["type"]["enum"] == list(TYPES)
    assert SCHEMA["$id"] == "urn:triage:event-1"
    channels = SCHEMA["properties"]["data"]["properties"]["channel"]["description"]
    assert all(channel in channels for channel in Channel)


def test_the_document_shows_an_event_of_the_schema():
    text = (FILE.parent / "generic.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert VALID.is_valid(json.loads(shown))
    assert FILE.name in text


def changed(document: dict[str, Any], changes: list[tuple[str, object]]) -> dict[str, Any]:
    found = deepcopy(document)
    for field, value in changes:
        found["data"][field] = value
    return found


def is_promised(value: object) -> bool:
    """Return whether a moment is spelled as the schema promises, if it is a text at all."""
    return not isinstance(value, str) or value == "" or bool(MOMENT.match(value))


@settings(max_examples=600)
@given(
    st.sampled_from(DOCUMENTS),
    st.sampled_from(list(TYPES)) | NEAR,
    st.just("2026-11-20T10:12:07Z") | NEAR,
    st.lists(st.tuples(FIELDS, NEAR), max_size=4),
)
def test_the_schema_and_the_parser_agree(document, name, at, changes):
    found = changed(document, changes) | {"type": name, "timestamp": at}
    assume(is_promised(at) and is_promised(found["data"].get("promised_at")))
    assert VALID.is_valid(found) == is_taken(found)


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=8))  # known to all
def test_they_agree_on_what_an_id_is(name):
    document = changed(DOCUMENTS[0], [("ticket_id", name)])
    assert VALID.is_valid(document) == is_taken(document)


@pytest.mark.parametrize("field", ["type", "timestamp", "data"])
def test_they_agree_on_what_must_be_there(field):
    document = {key: value for key, value in DOCUMENTS[0].items() if key != field}
    assert VALID.is_valid(document) is is_taken(document) is False
    document[field] = None
    assert VALID.is_valid(document) is is_taken(document) is False
