# ruff: noqa: E501 - in a lexicon a phrase stands on one line, however long
"""Wording: what intensifies a message, and whom its writer holds responsible. Pure.

Also how phrases are looked for (`Phrasebook`, shared with `risk`). English only. Polite words are
no cue, and neither is the report of a problem: only how it is said counts here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from itertools import islice
from string import punctuation, whitespace
from typing import Generic, TypeVar

from triage.domain.emotion import Span

Kind = TypeVar("Kind")

LOOKED_AT = (
    10_000  # characters at each end: complaints open with the case and close with the demand
)
PLACES = 200  # of one word; no prose repeats a word more often, so it is only made to be slow
APART = r"[\s,\-]{1,6}+"  # between the words of a phrase; possessive: nothing is tried twice
#: Lookbehinds (one, several, or a choice of them), first words, and what follows.
LINE = re.compile(r"((?:\(\?<[^)]*\)|\(\?:(?:\(\?<[^)]*\)\|?)+\))*)([\w'|]+)(?![\w'|])(.*)")
MARK = re.compile(r"[^\w']|_")
BLANKS = str.maketrans({mark: " " for mark in punctuation + whitespace if mark != "'"})
APOSTROPHES = "\u2019\u2018`\u00b4\u02bc"

#: Words that stand for many, in every lexicon. `_` is a space inside an alternative.
SHORTHAND = {
    "CANT": "can't|cant|cannot|can_not",
    "DONT": "don't|dont|do_not",
    "WONT": "won't|wont|will_not",
    "HAVENT": "haven't|havent|have_not|hasn't|hasnt|has_not",
    "NTH": "second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|umpteenth|nth|hundredth"
    "|2nd|3rd|4th|5th|6th|7th|8th|9th|10th|100th",
    "MANY": "two|three|four|five|six|seven|eight|nine|ten|several|multiple|many|countless|numerous"
    "|so_many|2|3|4|5|6|7|8|9|10|20",
}


@dataclass(frozen=True)
class Phrase(Generic[Kind]):
    """One phrase of a lexicon; compiled when its first word is first met, since most never are."""

    kind: Kind
    source: str

    @cached_property
    def match(self) -> Callable[[str, int], re.Match[str] | None]:
        before, heads, rest = _parts(self.source)
        return re.compile(rf"{before}(?:{_regex(heads)}){_regex(rest)}(?!\w|'\w)").match

    @property
    def first_words(self) -> list[str]:
        _, heads, _ = _parts(self.source)
        return list(dict.fromkeys(head.split("_")[0] for head in heads.split("|")))


class Phrasebook(Generic[Kind]):
    """Phrases by their first word, so that a text costs one look-up a word, not one a phrase.

    A lexicon holds one phrase a line: first words joined by `|`, then a regular expression in
    which a space (in the first words `_`) stands for any gap between words, `<3>` for up to three
    words and `*` for up to four times. Lookbehinds may come first, with real spaces.
    """

    def __init__(self, lexicons: Iterable[tuple[Kind, str]]) -> None:
        self.phrases = [
            Phrase(kind, _in_full(line))
            for kind, lexicon in lexicons
            for line in filter(None, map(str.strip, lexicon.splitlines()))
        ]
        self._by_word: dict[str, list[Phrase[Kind]]] = {}
        for phrase in self.phrases:
            for word in phrase.first_words:
                self._by_word.setdefault(word, []).append(phrase)

    def find(self, folded: str) -> list[tuple[Kind, Span]]:
        """Return the phrases in a folded text, by their place in it."""
        spaced = _spaced(folded)
        found = [
            (phrase.kind, Span(*hit.span()))
            for word in self._by_word.keys() & spaced.split()
            for start in islice(_places(word, spaced), PLACES)
            for phrase in self._by_word[word]
            if (hit := phrase.match(folded, start))
        ]
        return sorted(found, key=lambda each: each[1].start)


def _spaced(folded: str) -> str:
    """Return it with a blank for every mark and at both ends: words stand between blanks."""
    blank = folded.translate(BLANKS) if folded.isascii() else MARK.sub(" ", folded)
    return f" {blank} ".replace(" '", "  ").replace("' ", "  ")


def _places(word: str, spaced: str) -> Iterator[int]:
    """Yield where `word` begins in the text that was spaced out."""
    place = spaced.find(f" {word} ")
    while place >= 0:
        yield place
        place = spaced.find(f" {word} ", place + 1)


def fold(text: str) -> str:
    """Return `text` in lower case with plain apostrophes, every character in its old place."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few capitals grow in lower case
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    if not lowered.isascii() or "`" in lowered:
        for mark in APOSTROPHES:
            lowered = lowered.replace(mark, "'")
    return lowered


def ends(text: str) -> tuple[tuple[int, str], ...]:
    """Return the parts of `text` that are looked at, each with where it begins."""
    if len(text) <= 2 * LOOKED_AT:
        return ((0, text),)
    return (0, text[:LOOKED_AT]), (len(text) - LOOKED_AT, text[-LOOKED_AT:])


def _in_full(line: str) -> str:
    for short, full in SHORTHAND.items():
        line = re.sub(rf"\b{short}\b", full, line)
    return line


def _parts(line: str) -> tuple[str, str, str]:
    parts = LINE.fullmatch(line)
    if parts is None or _splits(parts[3]):
        raise ValueError(f"a phrase begins with plain words: {line!r}")
    return parts[1], parts[2], parts[3]


def _splits(expression: str) -> bool:
    """Return whether a `|` stands outside all brackets: it would split the whole phrase."""
    while (inner := re.sub(r"\([^()]*\)|\[[^\]]*\]", "", expression)) != expression:
        expression = inner
    return "|" in expression


def _closed(expression: str) -> str:
    """Return it with every "not before these words" ending at a word's end ("a" is not "again")."""
    found = re.search(r"\(\?! (?!\?)", expression)
    if found is None:
        return expression
    start, depth, end = found.start(), 1, found.start() + 1
    while depth:
        depth += {"(": 1, ")": -1}.get(expression[end], 0)
        end += 1
    inside = expression[start + 4 : end - 1]
    return f"{expression[:start]}(?! (?:{_closed(inside)})\\b){_closed(expression[end:])}"


def _regex(shown: str) -> str:
    """Return the expression meant; all is bounded, so that no text can make it slow."""
    bounded = _closed(shown).replace(")*", "){0,4}").replace("_", " ")
    gapped = re.sub(r"<(\d)>", r"(?:[\\w']++ ){0,\1}?", bounded)
    return gapped.replace(" ?", f"(?:{APART})?").replace(" ", APART)


class CueKind(StrEnum):
    """What intensifies, by the charge formula (reference/emotion.md 3.3)."""

    CAPS = "caps"
    PUNCTUATION_RUN = "punctuation_run"
    STRONG_WORD = "strong_word"
    INSULT_AT_US = "insult_at_us"
    REPETITION = "repetition"
    RHETORICAL = "rhetorical"
    REPEAT_CONTACT = "repeat_contact"


@dataclass(frozen=True, slots=True)
class Cue:
    """One place where the wording intensifies."""

    kind: CueKind
    span: Span


class Cause(StrEnum):
    """Whom or what the writer holds responsible. What was really the cause, no wording shows."""

    OURS = "ours"
    STAFF = "staff"
    THIRD_PARTY = "third_party"
    POLICY = "policy"
    OWN_SLIP = "own_slip"
    LIFE_EVENT = "life_event"
    UNCLEAR = "unclear"


#: Praise, then (in the same or the next sentence) what went wrong.
FAILURE = (
    "(?:losing|lost|breaking|broke|ruining|ruined|wasting|wasted|ignoring|ignored|forgetting|deleting"
    "|deleted|messing|messed|screwing|failing|failed|overcharging|crashing|yet another|double charging"
    "|cancelling my|canceling my|locking|missing (?:the|my|another|yet)|sending (?:me |us )?(?:the wrong|another|a broken))"
)

CUES: tuple[tuple[CueKind, str], ...] = (
    (
        CueKind.STRONG_WORD,
        """
        unacceptable|inexcusable|unforgivable|disgusting|disgusted|disgraceful|disgrace|appalling
        appalled|outrageous|outraged|ridiculous|ludicrous|laughable|pathetic|furious|livid|fuming
        infuriating|infuriated|enraged|seething|incompetent|incompetence|negligent|shameful
        horrendous|horrible|horrific|atrocious|abysmal|dreadful|useless|shambles|farce|fiasco
        nightmare|insulting|heartbroken|devastated|desperate|unbelievable|despicable|scandalous
        bullshit|shit|shitty|fuck|fucking|fucked|wtf|crap|crappy|bloody|goddamn|damn|bastards
        scam|scammers|liars|thieves|robbery|extortion|daylight_robbery
        worst(?! (?:case|of both))
        terrible(?! (?:at|with))
        awful(?! lot)
        garbage|trash|rubbish(?! (?:collect|collection|collector|can|bin|folder|icon|removal|truck|bag|dump))
        disaster|catastrophe(?! (?:recovery|relief|plan))
        (?<=a )joke(?! (?:aside|app|about))
        total|complete|absolute|utter|sick|bad|big|huge joke
        joke of
        beyond (?:a joke|belief|words)
        never again
        never (?:ever|once)
        not once
        every single (?:time|day|week|month|email|one)
        absolutely (?:nothing|no one|nobody|no help|no excuse)
        zero (?:help|support|communication|respect|empathy|accountability)
        sick_of|sick_and_tired_of|fed_up|had_enough
        last|final straw
        ruined|destroyed (?:my|our|us|me|everything)
        (?<!to )hate (?:this|that|you|your|it|dealing)
        complete|total|utter|absolute (?:waste|failure|disregard|chaos|mess|lack|incompetence)
        waste of (?:my |our )?(?:time|money|space)
        wasting|wasted (?:my|our|everyone's) (?:time|money|day)
        rip_off|ripped_off|ripping_me_off
        """,
    ),
    (
        CueKind.INSULT_AT_US,
        """
        you (?:lot|people|guys|all)? ?(?:are|r) <2>(?:useless|idiots?|incompetent|liars?|thieves|crooks|scammers|a joke|pathetic|clueless|morons?|stupid|hopeless|unprofessional|robbers|a disgrace|disgusting|clowns|amateurs|criminals|parasites|scum|the worst|terrible|horrible)
        you (?:absolute |complete |total |utter |bloody |fucking |damn |stupid |useless |incompetent |bunch of )*(?:idiots?|morons?|clowns?|imbeciles?|liars?|thieves|crooks|scammers|amateurs|bastards?|parasites|scum|losers?|cowards|people make me sick)
        you're|youre|ur <2>(?:useless|idiots?|incompetent|liars?|thieves|crooks|scammers|a joke|pathetic|clueless|morons?|stupid|hopeless|a disgrace|clowns|criminals)
        your (?:whole |entire |so called |customer |support |technical |tech |sales )*(?:support|team|company|staff|service|agents?|people|colleagues?|department|helpdesk|firm|bank|reps?|management) (?:is|are|was|were|must be) <2>(?:useless|a joke|pathetic|incompetent|clueless|idiots?|stupid|garbage|trash|rubbish|the worst|hopeless|disgusting|a disgrace|liars?|morons?|crap|shit|appalling|dreadful)
        bunch|pack|load|gang of <1>(?:idiots|amateurs|crooks|thieves|liars|clowns|morons|scammers|incompetents|cowboys|criminals)
        shame on you
        screw|fuck|damn (?:you|u|off|your)
        ashamed of yoursel(?:f|ves)
        should be ashamed
        are you (?:stupid|blind|deaf|incompetent|retarded|idiots|illiterate|dense|thick)
        how (?:stupid|incompetent|dumb|useless|thick) (?:are|can|do) you
        do|did|have|can|will you people
        useless|incompetent|lying|stupid|greedy|thieving (?:idiots|company|bastards|clowns|lot|scammers|crooks|support|staff)
        """,
    ),
    (
        CueKind.REPETITION,
        """
        again and again
        over and over
        time and (?:time )?again
        time after time
        day after day
        week after week
        yet (?:again|another)
        still (?:waiting|nothing|no (?:reply|replies|answer|response|refund|news|sign|solution|word|update|progress|delivery|parcel|money)|not (?:received|heard|resolved|refunded|arrived|delivered))
        still (?:haven't|havent|have not|hasn't|has not|didn't) <1>(?:received|heard|got|had|arrived|been|come|replied|answered|shown)
        for the (?:NTH) time
        NTH time (?:in|this|today|now|running|it|that|i|we|you|around)
        how many (?:more )?times
        keep|keeps (?:asking|telling|repeating|saying|being told)
        no no no
        please please
        """,
    ),
    (
        CueKind.RHETORICAL,
        f"""
        do|did|does|have|has (?:you|anyone|anybody|they) (?:even|actually|ever) (?:read|care|work|test|look|know|listen|try|check|understand|use|want|think|bother|open|tested|looked|read|bothered|tried|checked)
        is|are (?:anyone|anybody|you) (?:even |actually |really )?(?:there|listening|reading|home|awake|alive|paying attention)
        how (?:hard|difficult|complicated) (?:can|could|is) (?:it|this|that)
        how is (?:this|that|it) (?:even )?(?:possible|acceptable|legal|allowed|ok|okay|fair)
        how (?:can|could|dare) (?:you|anyone|a company) (?:be so|possibly|even|justify|treat|call|sleep|not|allow|let|charge|ask|just)
        how dare you
        what (?:kind|sort) of (?:a )?(?:company|service|business|support|people|joke|system|bank|shop|circus|clown)
        what (?:exactly )?(?:am i|are we|do i|do we) (?:even )?pay(?:ing)?
        what_is|what's|whats (?:wrong with you|the point (?:of|in) (?:having|your|paying|a support|this))
        why (?:should|do|must|would) (?:i|we) (?:have to|even|keep|always|bother|pay|suffer|chase|continue)
        why am i (?:even |still )?(?:paying|waiting|chasing)
        why|what on earth
        what|why|how|who the (?:hell|heck|fuck|f)
        are you (?:kidding|serious|joking|having a laugh|for real|out of your)
        is (?:this|that|it) (?:a|some kind of|some sort of|supposed to be a) (?:joke|prank|scam)
        is (?:that|this|it) (?:really )?too much to ask
        do you (?:really |honestly |seriously )?think (?:i'm|i am|this is|that is|that's|it's|we|i)
        who in their right mind
        you call (?:this|that|yourselves)
        (?<!thanks )(?<!thank you )(?<!you )so much for
        thanks|thank (?:you |a lot |a bunch |very much |so much |guys |team )*for (?:absolutely )?(?:nothing|{FAILURE})
        great|good|nice|fantastic|excellent|wonderful|amazing|brilliant|superb|stellar|fabulous|lovely|outstanding|impressive|top (?:job|work|service|support|effort|one|stuff|start)(?:[.,!?\\s]| guys| team| people| everyone| on| at| with| in| by| again| you| my| the| of| is| has| been| parcel| order)*{FAILURE}
        well done(?:[.,!?\\s]| guys| team| people| everyone| on| at| with| for| you| again| really)*{FAILURE}
        congratulations|congrats|bravo|kudos|hats_off(?:[.,!?\\s]| guys| team| people| on| at| for| to| you| you've| have| managed| again| really)*{FAILURE}
        oh (?:great|wonderful|good|brilliant|fantastic|perfect|lovely|joy|how (?:nice|lovely|convenient))
        just (?:great|what i (?:needed|wanted)|perfect|brilliant|wonderful)(?=[.,!]|$| another| now)
        love (?:how you|how your|waiting|being (?:ignored|charged|told|lied|on hold)|paying|it when|explaining)
        how (?:very )?(?:convenient|generous|thoughtful)(?=[.,!]|$| of you| for you)
        yeah right
        slow clap
        """,
    ),
    (
        CueKind.REPEAT_CONTACT,
        """
        NTH (?:time )?(?:that |now )?(?:i|i'm|i am|i've|i have|we|we're|we've|we have) (?:am |have |had |are |now |to |been |be )*(?:writ|wrote|contact|call|phon|ask|email|messag|report|complain|explain|request|open|chas|tell|told|say|follow|try|tried|reach|rais|submit|need)\\w*
        (?:(?<=my )|(?<=our )|(?<=is the )|(?<=now the )|(?<=already the ))NTH (?:e ?mail|message|ticket|complaint|call|request|letter|attempt|reminder|chat|enquiry|inquiry|contact)
        as (?:i |we )?(?:have |had |'ve )?(?:already |previously )?(?:said|wrote|mentioned|explained|told you|stated|described|written|reported|noted)
        like i (?:already )?(?:said|wrote|told|mentioned|explained)
        already (?:told|said|wrote|sent|explained|contacted|called|emailed|provided|asked|reported|written|given|mentioned|spoken|raised|tried calling|complained|phoned) (?:you|this|that|it|all|twice|about|to|your|support|the|several|many|three|my|them|in)
        nobody|noone (?:ever |even |has |from <2>)*(?:answers?|answered|repl(?:y|ies|ied)|responds?|responded|calls?|called|got back|gets back|get back|cares?|listens?|helps?|helped|contacted|is answering|is replying|is responding|picks up|came back)
        no one (?:ever |even |has |from <2>)*(?:answers?|answered|repl(?:y|ies|ied)|responds?|responded|calls?|called|got back|gets back|get back|cares?|listens?|helps?|helped|contacted|is answering|is replying|is responding|picks up|came back)
        no (?:reply|replies|response|responses|answer|answers|feedback|call back|callback) (?:since|yet|for|to (?:my|any|our)|from|in|at all|so far|whatsoever|until|after|ever)
        HAVENT (?:yet |even |still )?(?:heard (?:back|anything|a thing|a word|from|yet|since)|had (?:a|any) (?:reply|response|answer|update)|received (?:a|any) (?:reply|response|answer)|got (?:a|any) (?:reply|response|answer)|gotten (?:a|any)|been contacted|replied|answered|responded)
        not (?:yet )?heard (?:back|anything|a thing|a word|from)
        never (?:heard back|(?:got|received|had|gotten) (?:a|any|an) (?:reply|response|answer|call ?back|update)|(?:replied|answered|responded|called back|got back))
        follow|following|followed up (?:again|once more|for the|yet|on my (?:previous|last|earlier|unanswered))
        chasing|chased (?:this|you|up|for|an|a|my)
        emailed|called|contacted|messaged|phoned|rung|written|wrote|asked|rang|complained|reported (?:this |you |your |to |in |support |back )*(?:MANY|many) ?times
        emailed|called|contacted|messaged|phoned|written|wrote|asked (?:you |support |to you |your team )*(?:twice|again|repeatedly|countless|every day|daily|multiple)
        MANY (?:e ?mails|calls|messages|tickets|phone calls|reminders|attempts|agents|different (?:agents|people)) (?:later|and|so far|now|ago|with|without|over|since|already|have|had|to)
        ignored|ignoring|ignore (?:me|us|my|our|all my|every)
        being|been|am|feel ignored
        days|weeks|months without (?:a |any |an )?(?:reply|response|answer|word|update)
        waiting (?:for )?(?:over |more than |almost |nearly |about )?(?:MANY|a|\\d+) (?:whole )?(?:days|weeks|months|week|month|hours) (?:for|to get|on|and|now)
        passed|pushed|sent|bounced|transferred (?:around|from (?:one|person|department|agent|pillar)|back and forth|between|(?:MANY) times)
        reopen|reopened|reopening (?:this|my|the) (?:ticket|case|complaint)
        opened|raised|submitted|filed (?:another|a second|a new|MANY) (?:ticket|tickets|case|cases|complaint|complaints)
        any (?:update|news|progress)s? on my (?:previous|last|earlier|first|unanswered)
        """,
    ),
)

#: Said so, these mean the opposite or nothing.
SOFTENED = re.compile(
    r"(?:\b(?:not|never|isn't|wasn't|nothing|hardly)(?: (?:the|so|a|that|too))?) $"
)
NEVER_NEGATED = frozenset({CueKind.REPEAT_CONTACT, CueKind.RHETORICAL, CueKind.REPETITION})

PUNCTUATION_RUN = re.compile(r"[!?]{2,}+")
THRICE = tuple(3 * letter for letter in "abdefghilmnoprstuyz")
PUNCTUATED = ("!!", "??", "!?", "?!")
CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{3,}+")
VOWELS = frozenset("AEIOUYÄÖÜÉÈ")
OF_A_CODE = frozenset("0123456789_/\\=<>\"'`:#@$%&+*~^|{}()[]-abcdefghijklmnopqrstuvwxyz")
SHOUTED_BY_HABIT = 0.8  # share of capitals among the letters from which it is how somebody types
UNSPOKEN = (frozenset("xvi"), frozenset("hm"))  # numerals, "hmmm"
LONGEST_WORD = 20  # characters; what is longer is a key or an address

#: Capitals that shout nothing: abbreviations, commands, states and names that come in capitals.
ABBREVIATIONS = frozenset(
    """
    HTTP HTTPS JSON XML HTML CSS CSV PDF PNG JPG JPEG GIF SVG API REST SOAP SDK CLI GUI URL URI
    DNS TCP UDP SSL TLS SSH SSO SAML OAUTH LDAP JWT MFA OTP TOTP VPN LAN WAN WIFI NAT NAS USB
    HDMI LED LCD OLED RAM ROM CPU GPU SSD HDD BIOS UEFI IOS MAC AWS GCP IAM KMS RDS SQS SNS CDN
    CORS CSRF XSS SQL CRUD ORM IDE GIT PHP ASP NPM CMS CRM ERP SAP POS SKU EAN UPC ISBN VAT TIN
    EIN IBAN BIC SWIFT SEPA ACH BACS CHAPS PIN CVV CVC ATM EUR USD GBP CHF SEK NOK DKK PLN CZK
    JPY AUD CAD INR PCI DSS GDPR DPA SLA KPI ROI FAQ PSA FYI ASAP TBD TBA ETA RSVP AKA DIY LOL
    OMG IMO IMHO BTW IIRC AFAIK IDS UTC GMT CET CEST EST PST DST EOD EOB COB MON TUE WED THU FRI
    SAT SUN JAN FEB MAR APR JUN JUL AUG SEP OCT NOV DEC USA UAE DHL UPS DPD GLS EMS USPS NHS
    DVLA HMRC IRS FBI BBC CNN IBM BMW KLM TUI IKEA ADHD PTSD COVID HIV DNA MRI ICU FCA ICO FTC
    CFPB BBB FOS OFCOM OFGEM CEO CTO CFO COO MBA LLC LTD GMBH INC PLC GET POST PUT PATCH DELETE
    HEAD OPTIONS SELECT INSERT UPDATE FROM WHERE JOIN ORDER GROUP LIMIT TABLE ALTER DROP CREATE
    NULL TRUE FALSE NONE ERROR WARN WARNING INFO DEBUG FATAL TRACE CRITICAL EXCEPTION FAILED
    FAILURE SUCCESS TODO README FIXME NOTE AND PENDING ACTIVE ENABLED DISABLED DRAFT PAID OPEN
    CLOSED UTF ASCII UUID GUID REGEX YAML TOML EXIF IMAP SMTP SPF DKIM DMARC SIM ESIM IMEI GPS
    NFC RFID VIN MOT ABS STOP START ENTER CTRL ALT ESC DEL TAB SHIFT HOME END LTE GSM FTP SFTP
    EDI XLS XLSX DOC DOCX PPT LLM NLP GPT ONNX CUDA BETA ALPHA LTS MVP POC UAT PROD DEV TEST
    STAGING
    """.split()  # noqa: SIM905 - as a list it would be three times as long
)


def cues(text: str) -> tuple[Cue, ...]:
    """Return what intensifies in `text`, by place."""
    found = [
        Cue(kind, Span(span.start + offset, span.end + offset))
        for offset, part in ends(text)
        for kind, span in _cues_in(part)
    ]
    return tuple(sorted(found, key=lambda cue: (cue.span.start, cue.kind)))


def _cues_in(text: str) -> Iterator[tuple[CueKind, Span]]:
    folded = fold(text)
    for kind, span in _cue_book().find(folded):
        before = folded[max(0, span.start - 16) : span.start]
        if kind in NEVER_NEGATED or not SOFTENED.search(before):
            yield kind, span
    if any(run in text for run in PUNCTUATED):
        for found in PUNCTUATION_RUN.finditer(text):
            yield CueKind.PUNCTUATION_RUN, Span(*found.span())
    yield from ((CueKind.REPETITION, span) for span in _elongated(folded))
    yield from ((CueKind.CAPS, span) for span in _shouted(text))


@cache
def _cue_book() -> Phrasebook[CueKind]:
    return Phrasebook(CUES)


def _elongated(folded: str) -> Iterator[Span]:
    """Yield the words drawn out by a letter ("sooooo"), no numerals, keys or addresses."""
    for run in (thrice for thrice in THRICE if thrice in folded):
        place = folded.find(run)
        while place >= 0:
            word = _word_around(folded, place)
            if _drawn_out(word.of(folded)):
                yield word
            place = folded.find(run, word.end)


def _drawn_out(word: str) -> bool:
    letters = set(word)
    spoken = all(letters - unspoken for unspoken in UNSPOKEN)
    return word.isalpha() and len(letters) > 1 and spoken and len(word) <= LONGEST_WORD


def _word_around(text: str, place: int) -> Span:
    """Return the unbroken run of word characters around `place`, as far as a word may reach."""
    start = end = place
    while start and place - start <= LONGEST_WORD and _joined(text[start - 1]):
        start -= 1
    while end < len(text) and end - place <= LONGEST_WORD and _joined(text[end]):
        end += 1
    return Span(start, end)


def _joined(character: str) -> bool:
    return character.isalnum() or character in "_/@"


def _shouted(text: str) -> list[Span]:
    """Return the words in capitals, if there are two or more and capitals are no habit."""
    words = [Span(*run.span()) for run in CAPITALS.finditer(text) if _is_shouted(text, *run.span())]
    if len(words) < 2 or _capitals_by_habit(text):  # noqa: PLR2004
        return []
    return words


def _is_shouted(text: str, start: int, end: int) -> bool:
    around = text[start - 1 : start] + text[end : end + 1]
    return (
        OF_A_CODE.isdisjoint(around)
        and end - start <= LONGEST_WORD
        and text[start:end] not in ABBREVIATIONS
        and not VOWELS.isdisjoint(text[start:end])
    )


def _capitals_by_habit(text: str) -> bool:
    return sum(map(str.isupper, text)) >= SHOUTED_BY_HABIT * sum(map(str.isalpha, text))


WE_DID = (
    "(?:charged|overcharged|billed|debited|took|taken|lost|deleted|cancelled|canceled|closed|blocked"
    "|locked|suspended|shipped|broke|broken|removed|ruined|damaged|leaked|exposed|disconnected"
    "|misled|messed up|screwed up|failed|forgot|promised|ignored|refused|scammed|sold|gave|given"
    "|downgraded|upgraded|renewed|banned|shut|duplicated|mixed up|got it wrong|made a mistake|cut off"
    "|(?:sent|delivered|shipped) (?:me |us |it |them |out )*(?:the |a |an )*(?:wrong|broken|faulty|damaged|used|defective|incorrect|late|empty|someone|somebody|to the wrong)"
    "|(?:never|didn't|did not|haven't|have not|failed to|won't|will not) (?:even )?(?:sent?|deliver(?:ed)?|refund(?:ed)?|repl(?:y|ied)|call(?:ed)?|cancel(?:led)?|ship(?:ped)?|tell|told|credit(?:ed)?|answer(?:ed)?|respond(?:ed)?|fix(?:ed)?|warn(?:ed)?|inform(?:ed)?|let me))"
)
WE_BROKE = (
    "(?:deleted|lost|crash(?:ed|es)|ate|wiped|charged|billed|broke|fail(?:ed|s)|damaged|destroyed"
    "|corrupted|locked|blocked|removed|caused|left|threw|dropped|scratched|cancelled|sent|double"
    "|never|didn't|did not|doesn't|does not|won't|keeps?|stopped|ruined|duplicated|logged me out"
    "|(?:is|was|were|are|has been) (?:down|broken|late|wrong|rude|faulty|defective|offline|hacked|unusable|too slow))"
)
WE_HAVE = (
    "(?:app|website|site|web page|page|system|software|server|servers|service|platform|driver|courier"
    "|technician|engineer|installer|fitter|product|update|release|api|company|billing|checkout"
    "|device|machine|tool|plugin|bot|chatbot|delivery|delivery driver|delivery man|warehouse|store|shop"
    "|order system|migration|integration|import|export|sync|backup|cleaner|mechanic|charger|router"
    "|upgrade|patch|database|payment system|booking system|mistake|firm|bank|team)"
)
SOMEBODY_OF_OURS = (
    "(?:agents?|colleagues?|rep|reps|representative|advisor|adviser|operator|employee|staff|support"
    "|manager|consultant|salesman|salesperson|saleswoman|supervisor|receptionist|cashier|assistant"
    "|customer service|call centre|call center|helpdesk|people|guy|lady|woman|man|person)"
)
SAID = (
    "(?:told|said|says|promised|assured|advised|hung up|was (?:so |very |extremely |really )?(?:rude|unhelpful|useless|aggressive)|were rude"
    "|refused|ignored|lied|laughed|shouted|yelled|misinformed|gave|insisted|claimed|confirmed|swore"
    "|mocked|insulted|called me|guaranteed|accused|blamed|didn't|did not|sold me|couldn't)"
)

CAUSES: tuple[tuple[Cause, str], ...] = (
    (
        Cause.OURS,
        f"""
        you|you've|youve|u (?:have |had |just |also |already |again |then |guys |people |wrongly |still |simply |even |double |incorrectly |mistakenly |accidentally |apparently |all |now |once )*{WE_DID}
        your <2>{WE_HAVE} <2>{WE_BROKE}
        your (?:own |stupid |bloody )?(?:mistake|fault|error|bug|negligence|incompetence|screw up|doing|responsibility)
        because of your? (?:app|company|mistake|error|system|failure|delay|negligence|incompetence|update|website|service)
        charged|billed|debited (?:me |us |my card |my account |for it |for this )*(?:twice|double|two times|three times|again|too much|the wrong)
        double_charged|double_billed|overcharged|over_charged
        sent|received|got|delivered|shipped (?:me |us )?(?:the |a )?(?:completely |totally )?wrong (?:item|items|size|colour|color|order|product|one|parcel|package|part|model|thing)
        wrong (?:item|items|size|colour|color|order|product|parcel|model) (?:was |were |has |had |been )*(?:sent|delivered|arrived|shipped|came)
        mistake on your (?:side|end|part)
        """,
    ),
    (
        Cause.STAFF,
        f"""
        your <2>{SOMEBODY_OF_OURS} <2>{SAID}
        one|two|both of your <1>{SOMEBODY_OF_OURS} <2>{SAID}
        (?<!my )agent|colleague|representative|rep|advisor|adviser|operator|salesman|salesperson|supervisor <2>{SAID}
        someone|somebody|person|guy|lady|woman|man (?:on the phone|on chat|in the chat|in chat|at your|from your|in your|from support|in support|at support|in the shop|in the store) <3>{SAID}
        hung up on (?:me|us)
        was|were|been (?:told|promised|assured|informed) (?:by|that|it|i|we|on the phone|over the phone|in the|this|twice|to|yesterday|last|the)
        rude to (?:me|us|my)
        spoke|talked to <3>who (?:told|said|promised|was|refused|hung)
        """,
    ),
    (
        Cause.POLICY,
        """
        your <2>(?:policy|policies|terms|t&cs|pricing|price increase|price rise|price hike|rules|new prices|new fees|new terms|restocking fee|cancellation fee|small print|fine print)
        price|prices|fee|fees|cost|rate|subscription|plan (?:increase|increases|rise|hike|hikes|has gone up|have gone up|went up|has doubled|doubled|have doubled|is going up|has increased|have increased)
        raise|raised|raising|increased|increasing|doubled|hiked|hiking|tripled (?:your|the|my|our|its) (?:price|prices|fee|fees|rate|rates|subscription|cost|costs|rent|premium)
        cancellation|restocking|termination|late|admin|administration|booking (?:fees?|charges?)
        refund|returns|return|cancellation policy
        non_refundable|nonrefundable
        """,
    ),
    (
        Cause.THIRD_PARTY,
        """
        my|our|the (?:bank|courier|isp|internet provider|provider|landlord|employer|airline|hotel|seller|merchant|insurer|insurance|accountant|card issuer|credit card company|it department|it team|previous supplier|old provider|post office|postman|mailman|delivery company|carrier|builder|customs|neighbour|neighbor|host|developer|agency|travel agent|restaurant|garage|hospital|university|school) <3>(?:lost|blocked|declined|rejected|refused|refuses|delayed|left|stole|broke|damaged|changed|updated|shut|says|said|told|never|didn't|did not|won't|cancelled|delivered|held|messed|failed|charged|returned|closed|keeps)
        dhl|ups|fedex|hermes|evri|usps|dpd|gls|paypal|stripe|visa|mastercard|klarna|apple|google|microsoft|amazon|ebay|booking|airbnb|yodel|auspost <3>(?:lost|blocked|declined|rejected|refused|refuses|delayed|left|stole|damaged|changed|says|said|told|never|didn't|did not|won't|cancelled|delivered|failed|returned|broke|removed|keeps)
        royal mail <3>(?:lost|left|damaged|says|said|never|didn't|returned|delivered|delayed|failed)
        hacker|hackers|fraudster|fraudsters|scammer|scammers|thief|someone|somebody <2>(?:stole|hacked|got into|broke into|used my|took over|cloned|has access|accessed)
        by the (?:courier|bank|airline|carrier|seller|post office|hotel|customs|landlord|delivery company)
        """,
    ),
    (
        Cause.OWN_SLIP,
        """
        my (?:own |complete |silly |stupid |entirely |fault and )*(?:mistake|fault|bad|error|stupidity|oversight|slip|typo|carelessness|misunderstanding)
        i (?:have |had |just |then |must have |may have |might have |think i |also |so )*(?:accidentally|mistakenly|stupidly|foolishly|inadvertently|unintentionally|carelessly|absentmindedly)
        accidentally|mistakenly|inadvertently|stupidly|foolishly i
        i <6>by (?:mistake|accident)
        i (?:have |had |just |then |must have |may have |might have |also |think i |clearly |obviously )*(?:misread|misunderstood|mistyped|mis typed|messed up|screwed up|overlooked|made a (?:silly |stupid |big )?mistake|made an error|forgot to (?!mention|say|add|ask|attach|include)|forgot my|forgot the|forgotten my|misplaced|put in the wrong|should have (?:checked|read|noticed|known|paid|been more))
        i (?:have |had |just |then |must have |may have |might have |also |think i )*(?:entered|typed|ordered|gave|given|clicked|chose|selected|used|picked|booked|sent|wrote|pressed|put|bought|picked) <2>(?:the )?wrong
        i (?:have |had |just )?(?:lost|dropped|broke|spilled|spilt) (?:my|the|it|water|coffee) ?(?:password|card|phone|keys?|receipt|ticket|code|device|login|passport|on|into)
        silly me
        silly|stupid|dumb|daft of me
        """,
    ),
    (
        Cause.LIFE_EVENT,
        """
        died|widowed|bereaved|funeral|bereavement|deceased|divorce|divorced|miscarriage
        passed away
        death of (?:my|our|her|his|a)
        diagnosed with
        lost my (?:job|husband|wife|mother|father|mum|mom|dad|son|daughter|brother|sister|partner|home|baby)
        losing my (?:job|home|husband|wife|mother|father|mum|mom|dad|sight|hearing)
        made_redundant|laid_off|in_hospital|hospitalised|hospitalized
        i've|i_have|having|has|had|with|recovering|after|undergoing (?:from |had |been |a |my |terminal |breast |lung |having )*(?:cancer|a stroke|chemo|chemotherapy|surgery|an accident|a heart attack|covid|an operation)
        i'm|i_am|been|fell|got|seriously|too|very (?:seriously |very |really |too )?(?:ill|unwell|sick)(?! of)
        """,
    ),
)

NOT_SO = re.compile(
    r"(?:not|n't|isnt|wasnt|never|no|nor|without)(?: (?:all|really|even|necessarily))? $"
)

#: Who is named first of several: the nearest to us, except that an own slip never makes it ours.
NEAREST_FIRST = (
    Cause.STAFF, Cause.OURS, Cause.POLICY, Cause.THIRD_PARTY, Cause.OWN_SLIP, Cause.LIFE_EVENT,
)  # fmt: skip


def cause(text: str) -> Cause:
    """Return whom the writer holds responsible; UNCLEAR where nobody, or both sides."""
    named: set[Cause] = set()
    for _, part in ends(text):
        folded = fold(part)
        named |= {kind for kind, span in _cause_book().find(folded) if not _denied(folded, span)}
    if Cause.OWN_SLIP in named and named & {Cause.OURS, Cause.STAFF}:
        return Cause.UNCLEAR
    return next((kind for kind in NEAREST_FIRST if kind in named), Cause.UNCLEAR)


def _denied(folded: str, span: Span) -> bool:
    return bool(NOT_SO.search(folded[max(0, span.start - 24) : span.start]))


@cache
def _cause_book() -> Phrasebook[Cause]:
    return Phrasebook(CAUSES)
