"""Which GoEmotions labels mean which ticket emotion: the mapping that the manifest carries.

Pride, amusement, surprise, realization and neutral mean none. Annoyed is not angry: GoEmotions'
annoyance and disapproval are what customers call frustration.
"""

from triage.domain.emotion import Emotion

MEMBERS: dict[Emotion, tuple[str, ...]] = {
    Emotion.ANGER: ("anger", "disgust"),
    Emotion.FRUSTRATION: ("annoyance", "disapproval"),
    Emotion.DISAPPOINTMENT: ("disappointment",),
    Emotion.DISTRESS: ("sadness", "grief"),
    Emotion.WORRY: ("fear", "nervousness"),
    Emotion.CONFUSION: ("confusion",),
    Emotion.EMBARRASSMENT: ("embarrassment", "remorse"),
    Emotion.GRATITUDE: ("gratitude",),
    Emotion.SATISFACTION: ("relief", "joy", "admiration", "approval", "excitement", "love"),
    Emotion.HOPE: ("desire", "caring", "optimism"),
}
#: Curiosity is confusion only where the customer asks something.
IN_QUESTIONS: dict[Emotion, tuple[str, ...]] = {Emotion.CONFUSION: ("curiosity",)}
