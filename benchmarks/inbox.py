"""A made-up week of a support desk: who writes when and how they feel, who works when. Seeded.

Twelve thousand tickets and sixty people by default. Levels, languages, skills and the time that a
ticket takes are drawn by the shares below, none of which was fitted to anybody's outcome. What the
desk knows of a ticket is its level as read, which is wrong as often as our model's charge is, and
its risks, which it reads without error: there our model does worse.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from triage.domain.agent import Agent, AgentId, Hours, Shift
from triage.domain.deadline import lane_of, respond_by
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.policy import DEFAULT_POLICY, Lane

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
TICKETS = 12_000

#: Shares of the week's tickets without the outage: of each day, Monday first, of each hour of it.
BY_DAY = (19, 17.5, 17, 16.5, 15.5, 7.5, 7)
NIGHT, MORNING = (1, 0.6, 0.5, 0.5, 0.6, 1), (2, 4, 7, 9, 9.5, 9)
BY_HOUR = (*NIGHT, *MORNING, *(8, 8, 8, 7.5, 6.5, 5), *(4, 3.5, 3, 2.5, 2, 1.5))
OUTAGE = 0.1  # of all tickets come of it
OUTAGE_BEGINS = timedelta(days=2, hours=10)
OUTAGE_LASTS = 120.0  # minutes, the mean of an exponential

#: Shares of the levels 0–4, so that with the outage's 60 / 20 / 12 / 6 / 2 % come out.
ORDINARY = (0.6278, 0.1944, 0.1111, 0.0511, 0.0156)
IN_OUTAGE = (0.35, 0.25, 0.20, 0.14, 0.06)
#: The level read, by the true one. Quadratic-weighted kappa 0.87 over a week, with the floors of
#: risks; by MODEL_CARD.md the model's charge has 0.88, and 0.80 with the risks that it misreads.
READ = (
    (0.90, 0.08, 0.02, 0.00, 0.00),
    (0.22, 0.60, 0.17, 0.01, 0.00),
    (0.03, 0.20, 0.60, 0.16, 0.01),
    (0.01, 0.02, 0.20, 0.63, 0.14),
    (0.00, 0.01, 0.05, 0.24, 0.70),
)
WORK = (7.0, 9.0, 13.0, 20.0, 32.0)  # minutes that a ticket of each level takes, on average
WORK_SPREAD = 0.5  # of its logarithm

QUIET = 0.25  # of charged tickets are led by worry or distress
FLAGS: Sequence[tuple[Flag, int, float]] = (  # from which level on, and of how many of those
    (Flag.SELF_HARM, 4, 0.06),
    (Flag.BEREAVEMENT, 3, 0.08),
    (Flag.STAFF_ABUSE, 3, 0.06),
    (Flag.VULNERABILITY, 0, 0.01),
)
LANGUAGES = {"en": 0.85, "de": 0.06, "fr": 0.05, "es": 0.04}
TAGS = {"billing": 0.3, "technical": 0.3, "": 0.4}
PRIORITIES = (1, 2, 2, 2, 2, 2, 3, 3, 3, 3)  # as customers set them, whatever they feel; 1 is first


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket of the week. `level` and `lane` are as read; only its time of work knows `truly`."""

    number: int
    came: datetime
    truly: int
    level: int
    lane: Lane
    due: datetime
    true_due: datetime
    flags: frozenset[Flag]
    language: str
    tags: frozenset[str]
    priority: int
    work: timedelta

    @property
    def charged(self) -> bool:
        """Whether the desk has read that it must not wait in line."""
        return self.lane is not Lane.STANDARD


#: Who works when: a name, the days (0 is Monday), the hours, and how many of sixty.
SHIFTS: Sequence[tuple[str, Sequence[int], int, int, int]] = (
    ("early", range(5), 6, 14, 14),
    ("day", range(5), 9, 17, 14),
    ("late", range(5), 14, 22, 12),
    ("night, Sun-Thu", (6, 0, 1, 2, 3), 22, 6, 3),
    ("night, Thu-Mon", (3, 4, 5, 6, 0), 22, 6, 3),
    ("Thu-Mon", (3, 4, 5, 6, 0), 8, 16, 7),
    ("Fri-Tue", (4, 5, 6, 0, 1), 13, 21, 7),
)
EXPERIENCE = (4, 2, 3, 5, 2, 3, 1, 4, 2, 3, 5, 1, 4, 2, 3)  # 15 people; most have some
CAPACITY = {1: 4, 2: 8, 3: 8, 4: 6, 5: 6}  # by experience, as in triage/demo/agents.csv
SKILLS = (("billing", "technical"), ("billing",), ("technical",), ("billing", "technical"))
SPOKEN = ((), ("de",), ("fr",), ("es",), (), ("de", "fr"), ("es",))


def people() -> list[Agent]:
    """Return sixty agents; `team` names their shift. Experience 4 and 5 is trained to safeguard."""
    made: list[Agent] = []
    kinds = zip(cycle(EXPERIENCE), cycle(SKILLS), cycle(SPOKEN), strict=False)
    for name, days, start, end, count in SHIFTS:
        shift = Shift(LONDON, dict.fromkeys(days, Hours(time(start), time(end))))
        for _ in range(count):
            made.append(_person(len(made) + 1, name, shift, *next(kinds)))
    return made


def _person(
    number: int,
    team: str,
    shift: Shift,
    experience: int,
    skills: Sequence[str],
    languages: Sequence[str],
) -> Agent:
    trained = [DEFAULT_POLICY.safeguarding_skill] if experience >= 4 else []
    return Agent(
        id=AgentId(number),
        name=f"Agent {number}",
        experience=experience,
        languages=frozenset({"en", *languages}),
        skills=frozenset({*skills, *trained}),
        team=team,
        capacity=CAPACITY[experience],
        shift=shift,
    )


def cases(count: int = TICKETS, seed: int = 7, outage_share: float = OUTAGE) -> list[Case]:
    """Return the week's tickets in the order in which they came, the same for the same seed."""
    chance = random.Random(seed)
    outage = int(count * outage_share)
    came = [(_any_time(chance), ORDINARY) for _ in range(count - outage)]
    came += [(_in_outage(chance), IN_OUTAGE) for _ in range(outage)]
    ordered = sorted(came, key=lambda it: it[0])
    return [_case(number, at, shares, chance) for number, (at, shares) in enumerate(ordered)]


def _any_time(chance: random.Random) -> datetime:
    day = chance.choices(range(7), BY_DAY)[0]
    hour = chance.choices(range(24), BY_HOUR)[0]
    return MONDAY + timedelta(days=day, hours=hour, seconds=chance.randrange(3600))


def _in_outage(chance: random.Random) -> datetime:
    return MONDAY + OUTAGE_BEGINS + chance.expovariate(1 / OUTAGE_LASTS) * MINUTE


def _case(number: int, came: datetime, shares: Sequence[float], chance: random.Random) -> Case:
    truly = chance.choices(range(5), shares)[0]
    flags = frozenset(f for f, least, of in FLAGS if truly >= least and chance.random() < of)
    floor = max((DEFAULT_POLICY.flag_floors.get(flag, 0) for flag in flags), default=0)
    level = max(chance.choices(range(5), READ[truly])[0], floor)
    leading = Emotion.WORRY if chance.random() < QUIET else Emotion.ANGER
    lane, true_lane = (lane_of(it, flags, leading)[0] for it in (level, truly))
    return Case(
        number=number,
        came=came,
        truly=truly,
        level=level,
        lane=lane,
        due=respond_by(came, lane, level, DEFAULT_POLICY),
        true_due=respond_by(came, true_lane, truly, DEFAULT_POLICY),
        flags=flags,
        language=_one_of(LANGUAGES, chance),
        tags=frozenset({_one_of(TAGS, chance)} - {""}),
        priority=chance.choice(PRIORITIES),
        work=WORK[truly] * chance.lognormvariate(-(WORK_SPREAD**2) / 2, WORK_SPREAD) * MINUTE,
    )


def _one_of(shares: dict[str, float], chance: random.Random) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]
