# ruff: noqa: E501 - in a lexicon a phrase stands on one line, however long
"""Whom or what a customer holds responsible, by cause (`triage.domain.cause`)."""

from __future__ import annotations

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

OURS = f"""
you|you've|youve|u (?:have |had |just |also |already |again |then |guys |people |wrongly |still |simply |even |double |incorrectly |mistakenly |accidentally |apparently |all |now |once )*{WE_DID}
your <2>{WE_HAVE} <2>{WE_BROKE}
your (?:own |stupid |bloody )?(?:mistake|fault|error|bug|negligence|incompetence|screw up|doing|responsibility)
because of your? (?:app|company|mistake|error|system|failure|delay|negligence|incompetence|update|website|service)
charged|billed|debited (?:me |us |my card |my account |for it |for this )*(?:twice|double|two times|three times|again|too much|the wrong)
double_charged|double_billed|overcharged|over_charged
sent|received|got|delivered|shipped (?:me |us )?(?:the |a )?(?:completely |totally )?wrong (?:item|items|size|colour|color|order|product|one|parcel|package|part|model|thing)
wrong (?:item|items|size|colour|color|order|product|parcel|model) (?:was |were |has |had |been )*(?:sent|delivered|arrived|shipped|came)
mistake on your (?:side|end|part)
"""

STAFF = f"""
your <2>{SOMEBODY_OF_OURS} <2>{SAID}
one|two|both of your <1>{SOMEBODY_OF_OURS} <2>{SAID}
(?<!my )agent|colleague|representative|rep|advisor|adviser|operator|salesman|salesperson|supervisor <2>{SAID}
someone|somebody|person|guy|lady|woman|man (?:on the phone|on chat|in the chat|in chat|at your|from your|in your|from support|in support|at support|in the shop|in the store) <3>{SAID}
hung up on (?:me|us)
was|were|been (?:told|promised|assured|informed) (?:by|that|it|i|we|on the phone|over the phone|in the|this|twice|to|yesterday|last|the)
rude to (?:me|us|my)
spoke|talked to <3>who (?:told|said|promised|was|refused|hung)
"""

POLICY = """
your <2>(?:policy|policies|terms|t&cs|pricing|price increase|price rise|price hike|rules|new prices|new fees|new terms|restocking fee|cancellation fee|small print|fine print)
price|prices|fee|fees|cost|rate|subscription|plan (?:increase|increases|rise|hike|hikes|has gone up|have gone up|went up|has doubled|doubled|have doubled|is going up|has increased|have increased)
raise|raised|raising|increased|increasing|doubled|hiked|hiking|tripled (?:your|the|my|our|its) (?:price|prices|fee|fees|rate|rates|subscription|cost|costs|rent|premium)
cancellation|restocking|termination|late|admin|administration|booking (?:fees?|charges?)
refund|returns|return|cancellation policy
non_refundable|nonrefundable
"""

THIRD_PARTY = """
my|our|the (?:bank|courier|isp|internet provider|provider|landlord|employer|airline|hotel|seller|merchant|insurer|insurance|accountant|card issuer|credit card company|it department|it team|previous supplier|old provider|post office|postman|mailman|delivery company|carrier|builder|customs|neighbour|neighbor|host|developer|agency|travel agent|restaurant|garage|hospital|university|school) <3>(?:lost|blocked|declined|rejected|refused|refuses|delayed|left|stole|broke|damaged|changed|updated|shut|says|said|told|never|didn't|did not|won't|cancelled|delivered|held|messed|failed|charged|returned|closed|keeps)
dhl|ups|fedex|hermes|evri|usps|dpd|gls|paypal|stripe|visa|mastercard|klarna|apple|google|microsoft|amazon|ebay|booking|airbnb|yodel|auspost <3>(?:lost|blocked|declined|rejected|refused|refuses|delayed|left|stole|damaged|changed|says|said|told|never|didn't|did not|won't|cancelled|delivered|failed|returned|broke|removed|keeps)
royal mail <3>(?:lost|left|damaged|says|said|never|didn't|returned|delivered|delayed|failed)
hacker|hackers|fraudster|fraudsters|scammer|scammers|thief|someone|somebody <2>(?:stole|hacked|got into|broke into|used my|took over|cloned|has access|accessed)
by the (?:courier|bank|airline|carrier|seller|post office|hotel|customs|landlord|delivery company)
"""

OWN_SLIP = """
my (?:own |complete |silly |stupid |entirely |fault and )*(?:mistake|fault|bad|error|stupidity|oversight|slip|typo|carelessness|misunderstanding)
i (?:have |had |just |then |must have |may have |might have |think i |also |so )*(?:accidentally|mistakenly|stupidly|foolishly|inadvertently|unintentionally|carelessly|absentmindedly)
accidentally|mistakenly|inadvertently|stupidly|foolishly i
i <6>by (?:mistake|accident)
i (?:have |had |just |then |must have |may have |might have |also |think i |clearly |obviously )*(?:misread|misunderstood|mistyped|mis typed|messed up|screwed up|overlooked|made a (?:silly |stupid |big )?mistake|made an error|forgot to (?!mention|say|add|ask|attach|include)|forgot my|forgot the|forgotten my|misplaced|put in the wrong|should have (?:checked|read|noticed|known|paid|been more))
i (?:have |had |just |then |must have |may have |might have |also |think i )*(?:entered|typed|ordered|gave|given|clicked|chose|selected|used|picked|booked|sent|wrote|pressed|put|bought|picked) <2>(?:the )?wrong
i (?:have |had |just )?(?:lost|dropped|broke|spilled|spilt) (?:my|the|it|water|coffee) ?(?:password|card|phone|keys?|receipt|ticket|code|device|login|passport|on|into)
silly me
silly|stupid|dumb|daft of me
"""

LIFE_EVENT = """
died|widowed|bereaved|funeral|bereavement|deceased|divorce|divorced|miscarriage
passed away
death of (?:my|our|her|his|a)
diagnosed with
lost my (?:job|husband|wife|mother|father|mum|mom|dad|son|daughter|brother|sister|partner|home|baby)
losing my (?:job|home|husband|wife|mother|father|mum|mom|dad|sight|hearing)
made_redundant|laid_off|in_hospital|hospitalised|hospitalized
i've|i_have|having|has|had|with|recovering|after|undergoing (?:from |had |been |a |my |terminal |breast |lung |having )*(?:cancer|a stroke|chemo|chemotherapy|surgery|an accident|a heart attack|covid|an operation)
i'm|i_am|been|fell|got|seriously|too|very (?:seriously |very |really |too )?(?:ill|unwell|sick)(?! of)
"""
