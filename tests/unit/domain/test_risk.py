import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.emotion import Span
from triage.domain.risk import LEXICON, Flag, RaisedFlag, _book, risk_flags

POSITIVES = {
    Flag.SELF_HARM: [
        "I cant go on",
        "i just can’t go on like this any more",
        "I dont want to be here anymore",
        "I want to end it all",
        "whats the point of living",
        "might as well kms",
        "I've been thinking about killing myself",
        "Honestly I feel suicidal since you closed my account",
        "she would be better off without me",
        "I no longer want to live",
        "I want to die.",
        "I have nothing left to live for",
        "By the time you read this, I'll be gone.",
        "I took all the pills last night",
        "nobody would care if I died",
        "I wish I was dead",
        "I can't take this any more. I feel so alone and hopeless.",
        "You are driving me to suicide with these letters",
        "I started cutting myself again",
        "my son is suicidal and needs his medication",
        "I cannot cope any more",
        "I don't see the point any more. I feel so alone.",
    ],
    Flag.DANGER: [
        "I burned my hand on the plug",
        "there were sparks from the socket",
        "There is a gas smell in the kitchen",
        "it smells of gas near your boiler",
        "The charger caught fire in the night",
        "the battery is swollen and hot",
        "My daughter was rushed to hospital after eating it",
        "I got an electric shock from the toaster",
        "The chair collapsed under me and I hurt my back",
        "we had to call the fire brigade",
        "he had an allergic reaction to your cream",
        "The brakes failed on the motorway",
        "your driver threatened me at the door",
        "I was injured on your premises",
        "The screen exploded in my face",
        "My phone exploded while charging",
        "We found glass in the baby food, it was inside the jar",
        "her insulin pump stopped working",
        "I don't feel safe at home since the lock broke",
        "someone could have been killed",
        "we are stuck in the lift",
    ],
    Flag.BEREAVEMENT: [
        "my wife passed",
        "I lost my dad",
        "My husband John died on Sunday",
        "our baby was stillborn",
        "I am writing about my late mother's account",
        "my mother, sadly, passed away last month",
        "We buried my brother on Tuesday, the funeral was awful",
        "I recently lost my husband to cancer",
        "there has been a death in the family",
        "She died two days after the order",
        "I am the executor of her estate",
        "I attach the death certificate",
        "my nan has just died",
        "I'm a widow and cannot do this alone",
        "our dog died because of the food",
        "my dad took his own life in March",
    ],
    Flag.VULNERABILITY: [
        "I am disabled and cannot use the stairs",
        "I have been diagnosed with cancer",
        "I suffer from severe anxiety",
        "I can't afford to feed my kids",
        "we are deep in debt",
        "I'm 82 years old and do not see well",
        "my ex is violent and must not find my address",
        "I lost my job last week",
        "I'm currently in hospital",
        "my mother has dementia",
        "we are about to be evicted",
        "I am registered blind and rely on a screen reader",
        "I fled an abusive relationship",
        "I am struggling to pay my rent",
        "I have a gambling problem",
    ],
    Flag.CHURN: [
        "cancel my subscription",
        "Please close my account today.",
        "I am switching to a competitor",
        "we're moving to another provider",
        "I'll take my business elsewhere",
        "You've just lost a customer",
        "I will never order from you again",
        "we won't be renewing",
        "I'm done with your company",
        "How do I cancel this contract?",
        "I can't cancel my subscription, the button does nothing",
        "I want out of my contract",
        "we are looking for alternatives",
    ],
    Flag.LEGAL: [
        "I will sue you",
        "you will hear from my lawyer",
        "I'm going to take legal action",
        "see you in court",
        "I have contacted a solicitor",
        "my solicitor will be in touch",
        "I will take this to the small claims court",
        "This is a breach of contract",
        "I reported this to the police",
        "expect a lawsuit",
        "what you are doing is illegal",
    ],
    Flag.REGULATOR: [
        "I will complain to the ombudsman",
        "I'm reporting you to the FCA",
        "I have filed a complaint with the BBB",
        "I'll contact Ofcom about this",
        "this goes further: I will escalate this to the regulator",
        "I will raise a complaint with the ICO",
        "The ombudsman will hear about this",
        "I am going to trading standards",
        "I'm taking this to the Financial Ombudsman",
    ],
    Flag.PRESS: [
        "I will go to the press",
        "I'm contacting a journalist",
        "I'll make this go viral",
        "I will post this all over Twitter",
        "you will be all over social media",
        "I will leave a one star review",
        "I'll tell everyone about this",
        "the newspapers will love this",
        "I am going public with this",
        "I will name and shame you",
        "I've already spoken to BBC",
        "I'll warn others to stay away",
        "I'll tell everyone about it on Twitter",
    ],
    Flag.DISCRIMINATION: [
        "this is discrimination",
        "I feel discriminated against",
        "your driver made a racist remark",
        "I was refused because I am black",
        "they treated me differently because of my accent",
        "he was turned away with his guide dog",
        "your agent laughed at my accent",
        "a sexist comment by your technician",
        "because of my disability they would not serve me",
        "I was racially profiled in your shop",
    ],
    Flag.STAFF_ABUSE: [
        "fuck you",
        "you stupid bitch",
        "go to hell all of you",
        "I hope you die",
        "I know where you live",
        "I will come to your office and break everything",
        "your agent is a fucking moron",
        "you useless idiots",
        "kill yourselves",
        "I'll kill you",
        "you are scum",
        "f*** you",
        "you will regret this",
        "I'll come over there and smash your windows",
    ],
    Flag.MINOR: [
        "my 9-year-old son bought coins",
        "my daughter is 12",
        "I'm 15 years old and my mum does not know",
        "my kids could see it",
        "our newborn sleeps in that room",
        "she is a minor.",
        "my son bought it without my permission",
        "your app lets underage people gamble",
        "he was grooming children in your chat",
        "my toddler swallowed the part",
        "it was ordered by my son",
        "My son Max (7) hit the buy button",
    ],
}

FALSE_FRIENDS = {
    Flag.SELF_HARM: [
        "kill the process",
        "this app is killing me",
        "dying to try it",
        "Dead on arrival",
        "it's a killer feature",
        "Invoice for the suicide prevention charity",
        "I am not suicidal, only tired",
        "the child process kills itself",
        "I can't go on the website",
        "we cannot go on with this migration",
        "I can't keep going back and forth",
        "rotate the KMS key; we use AWS KMS",
        "I'd rather die than use your old app again",
        "end my session after 5 minutes",
        "I don't want to live chat with a bot",
        "execution failed, the job hangs",
        "I can't cope with the volume of tickets",
        "our self-harm content policy filter flags this",
        "the server cannot cope",
        "I hung up and left myself a note",
        "You have ruined us. I can't do this any more.",
        "what's the point of the premium plan",
        "I don't want to be here at noon, come at two",
        "battery wants to die after an hour",
        "cut myself a slice of your cake",
    ],
    Flag.DANGER: [
        "kill the process",
        "SQL injection in the form",
        "our servers are on fire today",
        "the inbox exploded with notifications",
        "to add insult to injury",
        "Fire TV stick does not connect",
        "the smoke test failed",
        "Apache Spark job",
        "the firewall blocks it",
        "I was shocked by the bill",
        "bleeding edge release",
        "gas station receipts",
        "burn rate and burndown chart",
        "nobody was injured",
        "the explosive growth of our list",
        "DNS cache was poisoned",
        "a dangerous query deletes everything",
        "the parser choked on the file",
        "Chrome says the site is unsafe",
        "this broke our build and hurt our numbers",
        "my boss is going to kill me",
        "Dead on arrival: the unit does not start",
        "the screen overheated? no, the laptop overheats a little",
    ],
    Flag.BEREAVEMENT: [
        "the connection died",
        "my phone died",
        "child process died",
        "a dead link",
        "Dead on arrival",
        "my son passed his exam",
        "my brother printer died",
        "good grief, that was slow",
        "this update gives me grief",
        "widows and orphans in the layout",
        "the thread pool executor of the job",
        "I lost my partner login",
        "great job losing my parcel",
        "my wife passed the details to you",
        "we are a funeral home and need an invoice",
        "the mother board died",
        "happy father's day, the late father's day order",
        "my husband passed on the message to your team",
        "my laptop passed away, need a new one",
    ],
    Flag.VULNERABILITY: [
        "I disabled the plugin",
        "the button is disabled",
        "technical debt",
        "blind carbon copy",
        "the request falls on deaf ears",
        "a CSS stroke colour",
        "invoice for the cancer research charity",
        "we can't afford this plan",
        "cache eviction",
        "the pod was evicted from the node",
        "I am 85% done",
        "the total is 75.",
        "the second check was made redundant by the update",
        "our hospital needs a licence",
        "your company is a cancer",
        "disabled user can still log in",
        "the terminal window closes",
    ],
    Flag.CHURN: [
        "cancel my order",
        "please cancel my meeting",
        "I did not cancel my subscription",
        "you cancelled my subscription by mistake",
        "annual leave request",
        "I'm on leave next week",
        "switch to dark mode",
        "switching to annual billing",
        "delete my test account",
        "move to another folder",
        "close the dialog",
        "the plan page does not load",
        "I don't want to cancel my account",
        "leaving a review does not work",
        "certificate won't renew",
    ],
    Flag.LEGAL: [
        "I am not going to sue",
        "I am a lawyer and use your app",
        "court booking for tennis",
        "the food court opens at nine",
        "Sue from accounts will call",
        "will Sue be in tomorrow?",
        "the legal name on the invoice",
        "an issue ensued",
        "IllegalArgumentException",
        "illegal character in the URL",
        "our lawyers use the template daily",
        "litigation support software",
        "I have no intention to take legal action",
    ],
    Flag.REGULATOR: [
        "we are the ombudsman's office and need a licence",
        "the FCA compliance module crashes",
        "we must report transactions to the FCA by Friday",
        "voltage regulator spare part",
        "upload favicon.ico",
        "the complaint form has a typo",
        "the DPA needs a signature",
        "our regulator dashboard is empty",
    ],
    Flag.PRESS: [
        "press the button",
        "press release template",
        "WordPress login",
        "go to Media and click upload",
        "the media library is empty",
        "post to Facebook fails",
        "code review pending",
        "leave a review",
        "the social media integration broke",
        "make this project public",
        "the reporter role in Jira",
        "share this with my team",
    ],
    Flag.DISCRIMINATION: [
        "race condition",
        "discriminated union in TypeScript",
        "price discrimination",
        "memory profiling",
        "without prejudice",
        "filter users based on gender",
        "the black theme",
        "a horse race result",
        "bias voltage",
        "hate speech filter settings",
    ],
    Flag.STAFF_ABUSE: [
        "abuse report endpoint",
        "this fucking app crashes",
        "what the fuck is this error",
        "an idiot-proof guide",
        "I am such an idiot",
        "I will find you the log",
        "kill your session",
        "beat the price",
        "shut up and take my money",
        "you will pay for the shipping",
        "the damn export is broken",
        "can you trash my files",
    ],
    Flag.MINOR: [
        "minor update",
        "a minor bug",
        "child process",
        "parent and child tickets",
        "baby steps",
        "the kid in the JWT header",
        "our child theme breaks",
        "children nodes of the tree",
        "this is a minor issue",
        "my child account in the console",
        "under 18 GB",
        "is minor, but annoying",
    ],
}


def flags_of(text: str) -> set[Flag]:
    return {raised.flag for raised in risk_flags(text)}


def each(table: dict[Flag, list[str]]) -> list[tuple[Flag, str]]:
    return [(flag, text) for flag, texts in table.items() for text in texts]


@pytest.mark.parametrize(("flag", "text"), each(POSITIVES))
def test_a_flag_is_raised_as_people_really_write(flag: Flag, text: str) -> None:
    assert flag in flags_of(text)


FOUND_IN_THE_DEMO = {
    Flag.SELF_HARM: ["I have been putting things in order so nobody has to do it afterwards."],
    Flag.BEREAVEMENT: [
        "Please take me off the baby club. We lost him in September.",
        "My husband Adewale died on the 2nd of this month.",
    ],
    Flag.DANGER: ["He has hurt me before.", "I watched her lips go blue in my kitchen."],
    Flag.CHURN: [
        "I bought from you for the last time.",
        "After nine years I have signed with someone else from January.",
    ],
    Flag.REGULATOR: ["The form for the Financial Ombudsman is lying on my desk."],
    Flag.PRESS: ['You can have a comment in it or you can have "declined to comment".'],
    Flag.DISCRIMINATION: ["The one difference is what our names sound like."],
    Flag.STAFF_ABUSE: ["kevin you are a brainless little rat"],
}
NOT_THOSE = {
    Flag.SELF_HARM: [
        "I put the files in order so you can find them.",
        "I won't be here after tomorrow to sign for the parcel, please come today.",
    ],
    Flag.BEREAVEMENT: ["We lost him in the crowd but the app found him."],
    Flag.DANGER: ["He hit me up for a refund code.", "The cake turned blue."],
    Flag.CHURN: ["I bought from you for the first time.", "Someone else signed for it."],
    Flag.REGULATOR: ["The form for the voltage regulator module is broken."],
    Flag.PRESS: ["Please run it on your side.", "No comment from me."],
    Flag.DISCRIMINATION: ["The invoice failed because of my middle name field."],
    Flag.STAFF_ABUSE: ["you are a star", "Kevin is a clown at parties, he says hello."],
}


@pytest.mark.parametrize(("flag", "text"), each(FOUND_IN_THE_DEMO))
def test_a_flag_that_the_demo_showed_missing_is_raised(flag: Flag, text: str) -> None:
    assert flag in flags_of(text)


@pytest.mark.parametrize(("flag", "text"), each(NOT_THOSE))
def test_what_only_looks_like_those_raises_nothing(flag: Flag, text: str) -> None:
    assert flag not in flags_of(text)


@pytest.mark.parametrize(("flag", "text"), each(FALSE_FRIENDS))
def test_a_false_friend_raises_nothing(flag: Flag, text: str) -> None:
    assert flag not in flags_of(text)


@pytest.mark.parametrize(
    "text", [text for texts in FALSE_FRIENDS.values() for text in texts if "kill the" in text]
)
def test_machines_that_are_killed_raise_no_flag_at_all(text: str) -> None:
    assert not flags_of(text)


def test_every_flag_has_six_examples_and_six_false_friends() -> None:
    assert all(len(POSITIVES[flag]) >= 6 and len(FALSE_FRIENDS[flag]) >= 6 for flag in Flag)


def test_every_phrase_of_the_lexicon_compiles() -> None:
    assert {flag for flag, _, _ in LEXICON} == set(Flag)
    assert all(phrase.match for phrase in _book().phrases)


def test_the_words_that_raised_a_flag_are_given() -> None:
    text = "Hello. My wife passed away on Sunday, please close my account."
    raised = {flag.flag: flag.span.of(text) for flag in risk_flags(text)}
    assert raised[Flag.BEREAVEMENT] == "wife passed away"
    assert raised[Flag.CHURN] == "close my account"


def test_places_count_in_the_text_as_it_is_written() -> None:
    text = "İİİ ’ I CAN’T GO ON"  # capitals that grow in lower case
    assert [flag.span.of(text) for flag in risk_flags(text)] == ["CAN’T GO ON"]


def test_one_weak_sign_alone_is_no_alarm() -> None:
    assert not flags_of("I can't take this any more")
    assert flags_of("I can't take this any more, I feel worthless") == {Flag.SELF_HARM}


def test_a_flag_shows_three_places_at_most() -> None:
    assert len(risk_flags("I will sue you. " * 50)) == 3


def test_the_middle_of_a_very_long_text_is_left_out() -> None:
    padding = "word " * 3000
    assert flags_of(f"I will sue you {padding}{padding}") == {Flag.LEGAL}
    assert flags_of(f"{padding}{padding} I will sue you") == {Flag.LEGAL}
    assert not flags_of(f"{padding}I will sue you {padding}")
    text = f"{padding}{padding} I will sue you"
    assert risk_flags(text)[0].span.of(text) == "will sue"


def test_a_flag_moves_with_its_text() -> None:
    assert RaisedFlag(Flag.LEGAL, Span(2, 5)).moved(10) == RaisedFlag(Flag.LEGAL, Span(12, 15))


ADVERSARIAL = [
    "a" * 8000,
    " " * 8000,
    "i want to " * 800,
    "kill " * 1600,
    "not " * 2000,
    "my wife " * 1000,
    "cant go on with " * 500,
    "you are all a bunch of " * 350,
    "report this to the " * 420,
    "going to going to the " * 360,
    "i'll come over there and find you " * 235,
    "!?" * 4000,
    "-," * 4000,
    "'" * 8000,
    "lost my dear beloved own elder " * 258,
    "switch over us my all everything to a an one of your " * 150,
]


@pytest.mark.parametrize("text", ADVERSARIAL, ids=lambda text: text[:12].strip() or "blank")
def test_no_text_is_slow(text: str) -> None:
    risk_flags(text)
    best = min(_seconds(text) for _ in range(5))
    assert best <= 0.020


def _seconds(text: str) -> float:
    started = time.process_time()  # others may be using the machine
    risk_flags(text)
    return time.process_time() - started


@given(st.text())
def test_any_text_gives_places_inside_it(text: str) -> None:
    for raised in risk_flags(text):
        assert 0 <= raised.span.start < raised.span.end <= len(text)
