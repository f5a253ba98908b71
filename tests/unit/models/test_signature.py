"""Signatures go; whatever might be said to us stays."""

import pytest

from models.signature import signature_at

SAID = ["My order never came.", "I want my money back."]


@pytest.mark.parametrize(
    "signature",
    [
        ["-- ", "Ann Hill", "CEO"],
        ["--", "Ann Hill", "ACME Ltd, 1 High Street, Leeds", "+44 113 496 0000"],
        ["", "Kind regards,", "Ann Hill", "ACME Ltd"],
        ["Best,", "Ann"],
        ["Yours faithfully", "", "Ann Hill"],
        ["Thanks in advance!"],
        ["Thanks", "Ann"],
        ["Sent from my iPhone"],
        ["Get Outlook for iOS"],
        ["Von meinem iPhone gesendet"],
        ["CONFIDENTIALITY NOTICE: This e-mail is for the addressee only.", "Delete it otherwise."],
        ["This e-mail and any attachments are confidential."],
        ["Regards,", "Ann", "This email and its attachments are confidential. Please delete it."],
    ],
)
def test_a_signature_begins_at_its_first_line(signature: list[str]):
    lines = len(signature) - len([it for it in signature if not it and signature[0] == it])
    assert signature_at([*SAID, *signature]) == len(SAID) + len(signature) - lines


@pytest.mark.parametrize(
    "text",
    [
        ["That solved it.", "Thank you so much!"],
        ["It fails.", "Thanks"],
        ["It fails.", "Best,", "Ann", "PS: I am really disappointed."],
        ["It fails.", "Regards", "This is the third time that I write to you about it."],
        ["Best regards", "Ann"],
        ["Sent from my iPhone"],
        ["One", "--", *["A long list follows, and I mean every word of it."] * 20],
        ["This message is never shown in the app."],
        [],
    ],
)
def test_what_might_be_meant_for_us_is_no_signature(text: list[str]):
    assert signature_at(text) is None
