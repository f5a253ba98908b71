"""What a supervisor does with a ticket: one key each, undone by one, never silently lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.page.acting import by_rules, choose, opened, pressed, told
from tests.page.served import AT_MOST
from triage import correct
from triage.correct import Person
from triage.domain.agent import AgentId
from triage.domain.policy import DEFAULT_POLICY, Lane
from triage.ports import utcnow
from triage.store import notes

expect.set_options(timeout=AT_MOST)


@pytest.fixture
def ticket(desk):
    """A ticket that Ann holds; Ben is there too."""
    desk.world.hire(name="Ben <b>", email="ben@example.org", experience=1)
    return desk.decides("one", "full of anger, order 12 is late")


def test_a_ticket_is_given_to_another_by_one_key_and_back_by_another(
    desk, supervisor, complaints, ticket
):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "a", "Give to")
    choose(dialog, "Ben <b>")
    dialog.get_by_label("Why, if you like").fill("he knows her")
    dialog.get_by_role("button", name="Give").click()
    told(supervisor, f"#{ticket} given to Ben <b>")
    expect(supervisor.locator(".summary")).to_contain_text("Ben <b>, chosen by a person")
    expect(supervisor.get_by_role("region", name="Corrections")).to_contain_text("he knows her")
    supervisor.keyboard.press("u")
    told(supervisor, f"Taken back: #{ticket} given to Ben <b>")
    expect(supervisor.locator(".summary")).to_contain_text("Ann")
    expect(supervisor.get_by_role("region", name="Corrections")).to_contain_text("taken back")
    assert complaints.heard == []


def test_a_ticket_is_given_from_the_desk_too(desk, supervisor, ticket):
    supervisor.goto("/")
    expect(supervisor.locator("#live")).to_have_text("live")
    supervisor.keyboard.press("a")
    told(supervisor, "Choose a ticket first")
    supervisor.keyboard.press("j")
    dialog = pressed(supervisor, "a", "Give to")
    expect(dialog).to_contain_text(f"Ticket #{ticket}: About one")
    choose(dialog, "Ben <b>")
    supervisor.keyboard.press("Enter")
    expect(supervisor.locator("#desk .with")).to_have_text("Ben <b>")
    supervisor.get_by_role("button", name="Undo (u)").click()
    expect(supervisor.locator("#desk .with")).to_have_text("Ann")


def test_a_lane_is_chosen_and_taken_back(desk, supervisor, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "l", "Put into lane")
    dialog.get_by_label("Lane").select_option("gentle")
    dialog.get_by_role("button", name="Put").click()
    told(supervisor, f"#{ticket} put into lane gentle")
    by_rules(desk, ticket)
    expect(supervisor.locator(".summary .lane")).to_have_text("gentle")
    supervisor.keyboard.press("u")
    told(supervisor, f"Taken back: #{ticket} put into lane gentle")
    by_rules(desk, ticket)
    expect(supervisor.locator(".summary .lane")).to_have_text("charged")


def test_a_label_is_corrected_and_taken_back(desk, supervisor, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "c", "What does it really say?")
    dialog.get_by_label("Charge").select_option("1")
    dialog.get_by_label("Feeling").select_option("none")
    dialog.get_by_role("button", name="Correct").click()
    told(supervisor, f"#{ticket} corrected")
    by_rules(desk, ticket)
    expect(supervisor.locator(".summary .word")).to_have_text("mild")
    supervisor.keyboard.press("u")
    told(supervisor, f"Taken back: #{ticket} corrected")
    by_rules(desk, ticket)
    expect(supervisor.locator(".summary .word")).to_have_text("extreme")


def test_correct_on_the_desk_leads_to_the_ticket(desk, supervisor, ticket):
    supervisor.goto("/")
    expect(supervisor.locator("#live")).to_have_text("live")
    supervisor.keyboard.press("j")
    supervisor.keyboard.press("c")
    expect(supervisor.get_by_role("dialog", name="What does it really say?")).to_be_visible()


def test_a_ticket_is_put_off_and_brought_back(desk, supervisor, ticket):
    desk.decides("calm", "hello")
    supervisor.goto("/")
    expect(supervisor.locator("#live")).to_have_text("live")
    supervisor.get_by_role("link", name="About calm").focus()
    dialog = pressed(supervisor, "z", "Put off")
    dialog.get_by_role("button", name="Put off").click()
    told(supervisor, re.compile(r"#\d+ put off for 30 minutes"))
    supervisor.mouse.move(5, 5)
    supervisor.get_by_role("link", name="About one").focus()
    expect(supervisor.get_by_role("link", name="About calm")).to_have_count(0)
    supervisor.keyboard.press("u")
    expect(supervisor.get_by_role("link", name="About calm")).to_have_count(1)


def test_who_is_in_danger_cannot_be_put_off(desk, supervisor):
    unsafe = desk.decides("unsafe", "I want to kill myself")
    opened(supervisor, unsafe)
    dialog = pressed(supervisor, "z", "Put off")
    dialog.get_by_role("button", name="Put off").click()
    expect(dialog.get_by_role("alert")).to_contain_text("may be in danger")


def test_a_note_is_added_and_taken_back_and_does_nothing(desk, supervisor, complaints, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "n", "Note for colleagues")
    dialog.get_by_label("Note").fill("<script>alert(1)</script> called her back")
    dialog.get_by_role("button", name="Add").click()
    notes_shown = supervisor.get_by_role("region", name="Notes", exact=True)
    expect(notes_shown).to_contain_text("<script>alert(1)</script> called her back")
    expect(notes_shown).to_contain_text("Sue")
    supervisor.keyboard.press("u")
    expect(notes_shown).to_have_count(0)
    assert complaints.heard == []


def test_who_comes_second_is_told_and_keeps_what_they_wrote(desk, supervisor, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "a", "Give to")
    choose(dialog, "Ben <b>")
    dialog.get_by_label("Why, if you like").fill("he knows her")
    tom = Person(ticket_id=ticket, revision=desk.world.ticket(ticket).revision, by="Tom")
    correct.choose_lane(desk.database, tom, Lane.GENTLE, utcnow())
    expect(supervisor.locator("#live")).to_contain_text("This ticket changed")
    dialog.get_by_role("button", name="Give").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else was first")
    expect(dialog.get_by_label("Why, if you like")).to_have_value("he knows her")
    assert desk.world.ticket(ticket).assignee_id == 1
    supervisor.keyboard.press("Escape")
    expect(supervisor.get_by_role("region", name="Corrections")).to_contain_text("Tom")
    dialog = pressed(supervisor, "a", "Give to")
    expect(dialog.get_by_label("Why, if you like")).to_have_value("he knows her")
    dialog.get_by_role("button", name="Give").click()
    expect(supervisor.locator(".summary")).to_contain_text("Ben <b>")


def test_what_another_decided_is_not_undone(desk, supervisor, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "a", "Give to")
    choose(dialog, "Ben <b>")
    dialog.get_by_role("button", name="Give").click()
    told(supervisor, "given to Ben <b>")
    tom = Person(ticket_id=ticket, revision=desk.world.ticket(ticket).revision, by="Tom")
    correct.give(desk.database, tom, AgentId(1), DEFAULT_POLICY, utcnow())
    supervisor.keyboard.press("u")
    told(supervisor, f"Not taken back: #{ticket} given to Ben <b>. ticket {ticket}: Tom decided")
    assert desk.world.ticket(ticket).assignee_id == 1


def test_without_a_connection_nothing_is_lost_and_it_is_said(desk, supervisor, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "n", "Note for colleagues")
    dialog.get_by_label("Note").fill("called her back")
    supervisor.context.set_offline(True)
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("alert")).to_contain_text("No connection")
    expect(dialog.get_by_label("Note")).to_have_value("called her back")
    supervisor.context.set_offline(False)
    dialog.get_by_role("button", name="Add").click()
    expect(supervisor.get_by_role("region", name="Notes", exact=True)).to_contain_text(
        "called her back"
    )


def test_an_agent_reads_and_leaves_notes_and_decides_nothing(desk, agent, ticket):
    opened(agent, ticket)
    acts = agent.get_by_role("group", name="What to do").get_by_role("button")
    expect(acts).to_have_text([re.compile("^Note"), re.compile("^Keys")])
    agent.keyboard.press("a")
    expect(agent.get_by_role("dialog", name="Give to")).to_be_hidden()
    agent.keyboard.press("?")
    expect(agent.locator("#keys dt")).to_have_text(["j k", "b", "n", "u", "h", "?"])
    agent.keyboard.press("Escape")
    expect(agent.locator("#keys")).to_be_hidden()
    revision = desk.world.ticket(ticket).revision
    body, ours = {"agent": None, "revision": revision}, {"Origin": desk.address}
    answer = agent.request.post(f"/api/tickets/{ticket}/assignee", data=body, headers=ours)
    assert "another site" not in answer.text()
    assert answer.status == 403
    dialog = pressed(agent, "n", "Note for colleagues")
    dialog.get_by_label("Note").fill("mine")
    dialog.get_by_role("button", name="Add").click()
    expect(agent.get_by_role("region", name="Notes", exact=True)).to_contain_text("mine")
    with desk.database.reading() as connection:
        assert [it.by for it in notes.of_ticket(connection, ticket)] == ["Ann"]


def test_the_ticket_shows_how_charged_each_message_was(desk, supervisor, ticket):
    desk.decides("one-2", "thanks, that helps", ticket="one")
    opened(supervisor, ticket)
    said = supervisor.locator(".reads")
    expect(said).to_have_text([re.compile(r"charge 0\.9"), re.compile(r"charge 0\.[0-4]")])
    expect(supervisor.get_by_role("img", name=re.compile("^Charge over time"))).to_be_visible()
    unsure = supervisor.locator(".emotions .unsure")
    expect(unsure.first).to_be_visible()


def test_the_ticket_follows_what_happens_to_it(desk, supervisor, ticket):
    opened(supervisor, ticket)
    supervisor.evaluate("window.sameDocument = true")
    desk.decides("one-2", "still full of anger", ticket="one")
    expect(supervisor.locator(".message")).to_have_count(2)
    assert supervisor.evaluate("window.sameDocument")


def test_what_was_meant_for_one_ticket_is_not_offered_for_another(desk, supervisor, ticket):
    desk.decides("two", "hello")
    supervisor.goto("/")
    expect(supervisor.locator("#live")).to_have_text("live")
    supervisor.get_by_role("link", name="About one").focus()
    dialog = pressed(supervisor, "l", "Put into lane")
    dialog.get_by_label("Lane").select_option("gentle")
    dialog.get_by_label("Why, if you like").fill("about the first")
    dialog.get_by_role("button", name="Cancel").click()
    supervisor.get_by_role("link", name="About two").focus()
    dialog = pressed(supervisor, "l", "Put into lane")
    expect(dialog.get_by_label("Why, if you like")).to_have_value("")
    expect(dialog.get_by_label("Lane")).to_have_value("standard")  # where the second stands


def test_whoever_ticks_a_flag_corrects_the_flags(desk, supervisor, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "c", "What does it really say?")
    dialog.get_by_label("vulnerability").check()
    dialog.get_by_role("button", name="Correct").click()
    told(supervisor, f"#{ticket} corrected")
    corrections = supervisor.get_by_role("region", name="Corrections")
    expect(corrections).to_contain_text("flags: vulnerability added")


def test_a_correction_begun_on_the_desk_is_made(desk, supervisor, ticket):
    supervisor.goto(f"/tickets/{ticket}#correct")
    dialog = supervisor.get_by_role("dialog", name="What does it really say?")
    dialog.get_by_label("Charge").select_option("1")
    dialog.get_by_role("button", name="Correct").click()
    told(supervisor, f"#{ticket} corrected")
    by_rules(desk, ticket)
    expect(supervisor.locator(".summary .word")).to_have_text("mild")


def test_who_came_second_may_send_it_again(desk, supervisor, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "a", "Give to")
    choose(dialog, "Ben <b>")
    tom = Person(ticket_id=ticket, revision=desk.world.ticket(ticket).revision, by="Tom")
    correct.choose_lane(desk.database, tom, Lane.GENTLE, utcnow())
    expect(supervisor.locator("#live")).to_contain_text("This ticket changed")
    dialog.get_by_role("button", name="Give").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else was first")
    dialog.get_by_role("button", name="Give").click()
    expect(supervisor.locator(".summary")).to_contain_text("Ben <b>")


def test_a_double_click_adds_one_note_and_a_blank_one_none(desk, supervisor, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "n", "Note for colleagues")
    dialog.get_by_label("Note").fill("   ")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("alert")).to_contain_text("expected a note")
    dialog.get_by_label("Note").fill("called her back")
    dialog.get_by_role("button", name="Add").dblclick()
    told(supervisor, f"Note added to #{ticket}")
    expect(supervisor.get_by_role("region", name="Notes", exact=True).locator("li")).to_have_count(
        1
    )


def test_a_long_note_leaves_the_card_in_sight_and_is_read_by_scrolling(desk, supervisor, ticket):
    with desk.database.writing() as connection:
        for text in ("line\n" * 400, "another\n" * 300):
            notes.add(connection, ticket, text.strip(), "Tom", utcnow())
    supervisor.set_viewport_size({"width": 1440, "height": 900})
    opened(supervisor, ticket)
    expect(supervisor.get_by_role("region", name="Acknowledgement card")).to_be_in_viewport()
    all_of_them = supervisor.get_by_role("region", name="All notes")
    all_of_them.focus()
    supervisor.keyboard.press("End")
    expect(all_of_them.get_by_text("line").last).to_be_in_viewport()


def test_what_went_wrong_stands_apart_from_the_buttons(desk, supervisor, ticket):
    opened(supervisor, ticket)
    dialog = pressed(supervisor, "n", "Note for colleagues")
    dialog.get_by_label("Note").fill("  ")
    send = dialog.get_by_role("button", name="Add")
    send.click()
    wrong = dialog.get_by_role("alert")
    expect(wrong).to_contain_text("expected a note")
    above, below = wrong.bounding_box(), send.bounding_box()
    assert above["y"] + above["height"] + 8 <= below["y"]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({"level": 3}, "charge is strong, was extreme"),
        ({"no_emotion": True}, "feeling is no strong one, was anger"),
        ({"flags": ["legal", "churn"]}, "flags: churn, legal added"),
        ({"flags": []}, "flags: confirmed as they were"),
    ],
)
def test_a_correction_is_said_in_words(desk, supervisor, ticket, labels, said):
    desk.is_corrected(ticket, desk.messages(ticket)[0], **labels)
    opened(supervisor, ticket)
    corrections = supervisor.get_by_role("region", name="Corrections")
    expect(corrections).to_contain_text(f"{said}, Sue <b>: no")
    expect(corrections).not_to_contain_text("→")


def test_who_was_given_a_ticket_is_said_by_name(desk, supervisor, ticket):
    sue = Person(ticket_id=ticket, revision=desk.world.ticket(ticket).revision, by="Sue")
    correct.give(desk.database, sue, AgentId(2), DEFAULT_POLICY, utcnow())
    opened(supervisor, ticket)
    corrections = supervisor.get_by_role("region", name="Corrections")
    expect(corrections).to_contain_text("given to Ben <b>, before Ann, Sue")
