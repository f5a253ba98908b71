# ruff: noqa: E501 - in the lexicon a phrase stands on one line, however long
"""What raises a risk flag, by flag and by what can take it back (`triage.domain.risk`)."""

from __future__ import annotations

import re

RELATIVE = (
    "wife|husband|spouse|mother|mum|mom|mam|mommy|mummy|father|dad|daddy|son|daughter|brother|sister"
    "|grandmother|grandma|gran|nan|nana|granny|grandfather|grandad|granddad|grandpa|uncle|aunt|auntie"
    "|aunty|cousin|nephew|niece|fiance|fiancé|fiancée|fiancee|boyfriend|girlfriend|twin|stepfather"
    "|stepmother|stepdad|stepmum|stepson|parents|grandson|granddaughter|godmother|godfather"
)
CLOSE_ONE = f"{RELATIVE}|partner|friend|baby|child|kid|dog|cat|puppy|kitten|pet"
HARDWARE = "board|printer|printers|process|phone|iphone|ipad|laptop|battery|account|pc|tv|car|company|cells?|site"
LATELY = (
    "(?:has |have |had |just |sadly |recently |suddenly |unexpectedly |both |also |then |tragically "
    "|unfortunately |who |was |is |being |peacefully |actually |very |now |finally |already |in law )*"
)
GONE = (
    "(?:died|passed away|passed|dead|deceased|killed|murdered|drowned|gone forever|no longer with us"
    "|taken from us|committed suicide|killed himself|killed herself|hanged himself|hanged herself"
    "|took (?:his|her|their) own (?:life|lives))"
)
NOT_AN_EXAM = (
    "(?! (?:the|his|her|their|a|an|all|it|me|my|this|that|every|with|out|by|us|along|through|over|some"
    r"|our|your|driving|maths|inspection|exams?|tests?|down|him|to|back|on (?:the [a-z]\w*|to|my|your|this|that"
    "|her|his|all|it|our|some|a)))"
)
LAWYER = (
    "(?:lawyers?|solicitors?|attorneys?|barristers?|legal team|legal counsel|legal department"
    "|legal representatives?|legal advisers?|legal advisors?|law firm)"
)
LAWYER_IN_A_PRODUCT = "(?! (?:plan|account|profile|role|portal|access|directory|group|field|team inbox|to review the (?:dpa|msa|contract|terms)))"
REGULATOR = (
    "(?:financial |energy |legal |housing |insurance |communications |pensions |telecoms |health )?"
    "(?:ombudsman|ombudsmen|ombudsperson|fos|fca|financial conduct authority|ofcom|ofgem|ofwat|ico"
    "|information commissioner(?:'s office)?|data protection (?:authority|office|commissioner|commission)"
    "|trading standards|bbb|better business bureau|ftc|federal trade commission|cfpb|fcc|sec|finra|faa"
    "|caa|civil aviation authority|department of transportation|attorney general(?:'s office)?"
    "|consumer (?:protection|affairs|rights|council|ombudsman|financial protection)|citizens advice"
    "|regulators?|regulatory (?:authority|body|authorities)|competition authority|cma|bafin|cnil|accc"
    "|hse|health and safety executive|environmental health|supervisory authority|fda|phso|osha"
    "|advertising standards(?: authority)?|the authorities|consumer watchdog)"
)
OF_A_PRODUCT = "(?! (?:dashboard|module|reports?|api|integration|tool|system|page|team|plugin|field|class|method|form|portal to download|gateway))"
PUBLIC = (
    "(?:the (?:press|media|papers|newspapers?|news|guardian|sun|daily mail|local paper|local news)"
    "|(?:a |some |every |local |national )*(?:newspapers?|journalists?|reporters?|tv stations?)"
    "|bbc|the bbc|cnn|fox news|watchdog|national tv|sky news|the new york times|the washington post)"
)
OF_A_SITE = "(?! (?:library|folder|files?|query|queries|player|page|section|feed|kit|release|template|tab|types?|manager|server|box|widget|bucket|gallery|room|team|channel|department|role|button|form))"
UNDER_18 = (
    "(?:[1-9]|1[0-7]|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    "|fifteen|sixteen|seventeen)"
)
YOUNG = (
    "(?:son|daughter|girl|boy|child|kid|brother|sister|nephew|niece|student|pupil|baby|toddler|twins"
    "|grandson|granddaughter|grandchild|infant|cousin|stepson|stepdaughter)"
)
CHILD_OF_A_TREE = (
    "(?! (?:process|processes|themes?|tickets?|nodes?|elements?|components?|accounts?|windows?|pages?"
    "|class|classes|records?|issues?|rows?|tables?|objects?|tasks?|folders?|items?|domain|company"
    "|companies|workflow|workspace|projects?|category|categories|menu|lock|proof|steps|shower|blue"
    "|pink|organi[sz]ation|widget|entity|entities|products?|sku|frames?|iframe|topics?|sites?|routes?"
    "|views?|keys?|id|thread|pod|pods|block|blocks))"
)

SELF_HARM_SURE = r"""
kill|killing|hang|hanging|harm|harming|shoot|shooting|unalive|unaliving|drown|drowning|off|offing|stab my ?self(?! laughing)
(?:(?<=want to )|(?<=going to )|(?<=gonna )|(?<=wanna )|(?<=might )|(?<=could )|(?<=urge to )|(?<=started )|(?<=back to )|(?<=keep )|(?<=like )|(?<=about )|(?<=will )|(?<=of ))cut|cutting|hurt|hurting|burn|burning my ?self(?! (?:a|some|short|out|off|on|with the|while|when|opening))
end|ending it all
end|ending|take|taking|took my (?:own )?(?:life|suffering|misery|pain)
suicide|suicides(?! (?:prevention|hotline|helpline|awareness|squad|charity|mission|burn|bomb\w*|attack\w*|doors?|genes?|rates?|statistics|research|policy|filter|category|content|detection|training))
want|wanted|wanna|wish|ready|prefer|deserve (?:to |i could |i would )?(?:just |really |only |simply )?(?:die(?! (?:hard|laughing|of embarrassment))|be dead|not exist|stop existing|not wake up|never wake up|sleep forever|stop living|not be alive|not be here any ?more)
he|she|son|daughter|husband|wife|brother|sister|child|friend|mother|father wants to (?:die|end it|kill (?:him|her)self|end (?:his|her) life)
wish i (?:was|were|had been) (?:dead|never born|not here any ?more|not alive)
wish (?:i had|i'd|id) (?:never been born|died|not been born)
wanted|want to (?:disappear forever|go to sleep and (?:not|never) wake)
(?:(?<=to )|(?<=just )|(?<=should )|(?<=well ))die (?:tonight|in my sleep)
rather (?:just )?(?:be dead|die)(?! than (?:use|buy|call|pay|deal|shop|order|go back|recommend|fly|spend|give|have|read|touch|install|wait|be stuck|talk))
might as well (?:be dead|die|kill|end it|kms)
let me die
putting|put|getting|got (?:my |all my )?(?:affairs|things|everything) in order so (?:that )?(?:nobody|no one|they|my \w++)
better off (?:dead(?! (?:code|link))|without me|if i (?:was|were|am) (?:dead|gone|not here))
better|easier if i (?:was|were|am|wasn't|weren't) (?:dead|gone|not here|here|not around|around|alive)
world would be better (?:off )?without me
CANT (?:go on|carry on|keep going)(?! (?:with|the|to|a|your|my|our|this|that|it|in|at|for|past|back|and|site|website|line|online|holiday|vacation|trip|using|sale|forward|hold|checkout|\d+|until|unless))
CANT (?:keep living|bear living|face living|go on living|live without (?:him|her|them)|live like this|live with myself|bear to live|face (?:another|one more) day|see (?:any|a|another) (?:way out|future))
(?:(?<=i )|(?<=we )|(?<=just )|(?<=really )|(?<=and ))CANT cope(?! with (?:the|this|that|our|so|such|your|a|more|these|those|two))
DONT (?:really |even |just |wanna )*(?:want to |wanna )?(?:be here|be around|go on|carry on) any ?(?:more|longer)
DONT (?:really |even |just )*(?:want to|wanna) (?:be alive|exist(?! (?:in|on))|wake up|live(?! (?:in|at|with (?!this pain|the pain|myself)|near|next|under|on|off|close|far|chat|view|stream|data)))
DONT (?:really |even )*(?:see|have|feel) (?:any |a |the |much )*(?:point|reason|reasons) (?:in |of |to |for )*(?:living|live|life|go on|going on|being alive|being here)
DONT have anything (?:left )?to live for
DONT deserve to (?:live|be alive|be here)
DONT (?:see|have) (?:a|any) (?:way out|future)
no longer want to (?:live|be here|be alive|exist|go on|wake up)
what's|whats|what_is the point (?:of|in|to) (?:even )?(?:living|life|being alive|going on(?! (?:holiday|with))|carrying on|existing|my life|waking up)
no|any (?:point|reason|will) (?:left )?(?:in |to |of |for )*(?:living|live(?! (?:chat|stream|in|with|migrate|reload|update|edit|preview))|being alive|be alive|going on living)
nothing|reason|reasons (?:left |more )?(?:to live for|to keep living|to stay alive|worth living)
tired|sick|exhausted of (?:living(?! (?:in|with|next|near|at|room))|being alive|life|existing|this life)(?! (?:insurance|cycle))
tired of it all
done|finished with (?:life|living|this life)
give|giving|given|gave up on (?:life|living)
my life is (?:over|not worth|worthless|pointless|meaningless|no longer worth|unbearable|finished)
life_isn't|life_isnt|life_is_not|life_is_no_longer worth (?:living|it any ?more)
not|isn't worth living
overdose|overdosed|overdosing
take|taking|took|taken|swallow|swallowing|swallowed <1>(?:all|bottle of|handful of|whole bottle of|pack of|box of) <2>(?:pills|tablets|paracetamol|sleeping pills|meds|medication|ibuprofen|painkillers|antidepressants)
jump|jumping|throw|throwing|step|stepping (?:myself )?(?:off|from|in front of|under) (?:a |the |my )*(?:bridge|roof|building|cliff|balcony|train|bus|car|lorry|truck|tube|tracks)
selfharm|selfharming|selfharmed(?! (?:policy|content|category|filter))
self (?:harm|harming|harmed|harms|injuring)(?! (?:policy|policies|content|category|filters?|classifier|reports?|reporting|posts|moderation|detection|training|images|videos|keywords?|charity))
cut|cutting|slit|slitting|slash|slashing my (?:wrists?|veins|throat)
wrote|writing|written|write <1>(?:goodbye|suicide|farewell) (?:letters?|notes?)
goodbye cruel world
say|saying|said (?:my )?goodbyes? to (?:my (?:kids|children|family|parents|wife|husband|daughter|son)|everyone)
by the time you (?:read|get|see) this <2>(?:i'll|i will|ill) (?:be )?(?:gone|dead)
(?:(?<=i )|(?<=just )|(?<=i'll )|(?<=might )|(?<=should ))kms(?! (?:key|keys|encryption|server|activation|client|licen[cs]e|region|per|an|of|from|away|service|policy|arn|cluster|and))
wanna|gonna|imma kms(?! (?:key|keys|encryption|server))
want|going|rather to kms(?! (?:key|keys|encryption|server|activation))
nobody|noone|no_one (?:would |will |d |even )*(?:care|notice|miss me|cry) if i (?:died|die|was gone|were gone|am gone|disappear|disappeared|was dead|were dead|killed)
my death (?:on|be on|will be on|would be on|is on)
drive|driving|drove|driven|push|pushing|pushed (?:me |us |him |her )?to (?:suicide|my death|an early grave)
think|thinking|thought|thoughts (?:about|of) (?:ending (?:it|my|everything)|dying|not being here|taking my|killing my ?self)
want my life to (?:end|be over)
"""

SELF_HARM_UNLESS_DENIED = r"suicidal(?! (?:process|thread))"

r"suicidal(?! (?:process|thread))"

SELF_HARM_IN_TWO_WAYS = r"""
CANT (?:do|take|stand|handle|bear) (?:it|this|that|life|things) (?:any ?more|any longer)
no way out
no hope
feel|feeling|felt (?:so |completely |totally |utterly )*(?:hopeless|worthless|empty|alone|trapped)
burden (?:to|on) (?:everyone|my|others)
hate my ?(?:self|life)
DONT see (?:the|any) point any ?more
so tired of (?:everything|fighting|trying|all this)
completely|totally|utterly alone
goodbye (?:everyone|forever|to everyone|all)
sorry (?:to )?everyone
want it (?:all )?to (?:stop|end|be over)
want|wanted to end it
end it (?:tonight|now|today|for good)
samaritans|crisis_line
my life is (?:hell|ruined|a mess|falling apart|destroyed)
won't|wont|will_not be (?:here|around) (?:much longer|any ?more)
i (?:want|just want|need) to (?:disappear|vanish)
crying (?:every|all) (?:day|night|the time)
depressed|depression
"""

DANGER_SURE = r"""
caught|catches|catching|catch (?:on )?fire
he's|he|she's|she|ex|husband|boyfriend|partner|wife (?:has |have |had )?(?:hurt|hit|beaten|attacked|strangled|choked) (?:me|us|the kids|my (?:son|daughter|kids|children))(?: before| again| badly)?(?! (?:a favou?r|up|with (?:a|the) (?:fee|bill|invoice)))
lips (?:go|went|gone|going|turn|turned|turning|were|are) blue
been|was|is|are on oxygen (?:since|all|the whole|in)
burst|bursting|went_up|going_up|erupted (?:in|into) (?:flames?|smoke)
house|kitchen|flat|bedroom|garage|apartment fire
started|starting|caused|causing|causes a (?:small |little |big |house |kitchen )*fire
fire|flames|smoke (?:came|coming|comes|pouring|poured|rising|shot|shooting) (?:out|from|up|off)
smoke|smoking (?:from|out of) (?:the|my|our|its) (?:back|battery|charger|plug|socket|device|oven|machine|dryer|vents?|unit|engine)
(?:(?<=is )|(?<=it's )|(?<=was )|(?<=started ))smoking(?! (?:weed|cigarettes?|pot|hot|a|area|ban|again))
spark|sparks|sparking|sparked (?:and |are |is |were |was |flying |coming |shooting |came |fly |flew )*(?:from|out of|at|when (?:i|we) plug\w*|every time i plug|when plugged|and smok\w*)
socket|plug|charger|outlet|cable|adapter|adaptor|wire|wires <2>(?:sparks?|sparked|sparking|burn(?:t|ed|ing)|melt(?:ed|ing|s)|smok(?:ed|ing)|on fire|blew up|exploded|overheat(?:s|ed|ing)|red hot|too hot to touch)
burning|burnt|electrical (?:plastic |rubber )?smell
smell|smells|smelt|smelled|smelling|stinks|reeks|stink (?:strongly |really |a |very |strong |like |badly )*(?:of )?(?:gas|smoke|burning|burnt|petrol|fumes)(?! (?:station|fee))
gas (?:leak|leaks|leaking|smell|smells|alarm)
leaking|leaks|leaked gas
carbon monoxide(?! (?:detector|alarm|sensor)s?(?! (?:is|went|goes|keeps)))
electric|electrical shocks?
electrocuted|electrocution|electrocute|electrocuting
got|gave|gives|given|getting|get (?:me |us |him |her )?(?:a|an) (?:nasty |bad |big |huge |electric |massive |mild |small )*shock (?:from (?:the|it|my|your)|off|when (?:i|he|she|we) (?:touch|plug|unplug|open|switch|turn)\w*|touching|every time)
zapped (?:me|us|him|her)
live|exposed|bare wires?
battery|batteries|phone|laptop|charger|vape|scooter|hoverboard|powerbank|power_bank|ebike|e_bike (?:pack |has |is |was |are |just |have |started |keeps |suddenly )*(?:exploded|exploding|explode|explodes|blew up|swollen|swelling|bulging|leaking acid|on fire|burning hot|melt(?:ed|ing)|hissing|swelled)
battery|batteries|charger|vape|scooter|hoverboard <2>overheat(?:s|ed|ing)
exploded|explodes|exploding|explode|blew_up in (?:my|his|her|our|the) (?:face|hands?|pocket|kitchen|car|house|bag|bedroom|oven|microwave)
glass|oven|bottle|jar|cooker|microwave|toaster|tv|boiler|heater|stove|door|lamp|kettle|tyre|tire (?:has |just |suddenly )*(?:exploded|exploding|shattered|blew up|imploded)
burn|burned|burnt|burns|scalded|burning|scald (?:both |all |badly |half )*(?:my|his|her|our|the baby's|their) <2>(?:hands?|fingers?|arms?|legs?|face|skin|foot|feet|mouth|thumb|tongue|throat|hair|lips?|chest|stomach|son|daughter|child|baby|house|kitchen|carpet|floor|bed|sofa|table|worktop|home|desk|neck|back)
burned|burnt|injured|damaged|blinded my eyes?
burn|burned|burnt|scalded|cut|injured|hurt|scarred|electrocuted (?:my ?self|himself|herself|themselves|me (?:badly|on|when))(?! (?:a|some|short|out|off))
cut|sliced|broke|broken|fractured|sprained|twisted|smashed|crushed|injured|hurt|dislocated|bruised|gashed|trapped|amputated|chipped|tore|severed (?:open |both |up )*(?:my|his|her|our|their) <2>(?:hands?|fingers?|arms?|legs?|face|foot|feet|toes?|thumb|ankle|wrist|knee|hip|nose|jaw|tooth|teeth|ribs?|skull|collarbone|head|elbow|shoulder|chin|lip|neck|spine|back)(?! (?:office|end|order|up|account|page|ups?|log|link|button))
lost (?:a|my|his|her) (?:finger|eye|hand|tooth|toe|leg|arm|eyesight|sight in|vision in)
bleeding(?! (?:edge|money|cash|into|through|users|customers|colou?rs?|revenue))
lots|lot|pool|covered_in|coughing|coughing_up|vomiting (?:of )?blood
needed|needs|need|required|had|got (?:\w++ )?stitches
concussion|concussed|unconscious|whiplash
knocked (?:out cold|unconscious|me out|him out|her out)
fell (?:down|off|from|through|over|onto|on) <3>(?:and (?:hurt|broke|hit|cut|injured|banged)|stairs|ladder|chair|roof|scaffolding|my (?:head|back|arm|face|hip))
collapsed|broke|snapped|gave_way (?:under|beneath|underneath|while) (?:me|him|her|us|my|i|he|she)
allergic|anaphylactic (?:reaction|shock)
anaphylaxis|epipen
food poisoning
poisoned|poisoning (?:me|us|my|him|her|by your|from your|from the (?:food|meal|chicken|water))
rushed|taken|ended_up|went|sent|admitted|airlifted|drove|brought|put (?:him |her |me |us |them |up |my \w++ )*(?:to|in|into|at) (?:the )?(?:hospital|a&e|er(?! (?:diagram|model))|emergency room|emergency department|intensive care|icu)
ambulance|paramedics|paramedic (?:came|had|was|were|to|took|called|for|because|said|arrived)
called|call|calling|rang|phoned|dialled|dialed (?:an |the |for an )*(?:ambulance|paramedics?|fire brigade|fire department|firefighters|fire service|911|999|112|emergency services)
fire (?:brigade|department|service|engine)s? (?:came|had|was|were|is|to|has)
hospitalised|hospitalized(?! (?:patients|records|data))
found|finding|contained|swallowed|bit_into|bit_on|discovered <3>(?:glass|metal|shards?|razor|needle|screw|plastic|rat|mouse|mould|mold|maggots?|insects?|nail|staple|cockroach) <2>(?:in|inside) (?:my|our|his|her|your|the (?:food|meal|bottle|jar|soup|salad|bread|baby|milk|packet|product|box)|it)(?! (?:code|reports?|app|folder|settings|catalog|shop|store|menu|list))
brakes|brake|steering|airbag|airbags|seatbelt|accelerator <2>(?:fail(?:ed|s|ing|ure)|not work(?:ing)?|stopped working|locked up|did not deploy|didn't deploy|didn't work|gave out|don't work|do not work|stuck|jammed)
wheel (?:came|fell|flew) off
stuck|trapped|locked (?:in|inside) (?:the|a|your|an|this) (?:lift|elevator|building|store|shop|sauna|car|basement|toilet|garage|lobby)
could|might|would have (?:been )?(?:killed|died|seriously (?:hurt|injured)|badly (?:hurt|injured|burned|burnt)|burned (?:down|the|my|our)|burnt (?:down|the|my|our)|electrocuted|blinded|drowned|lost (?:an eye|a finger|his|her|my life)|hurt (?:someone|somebody|my|him|her|a))
nearly|almost (?:killed|died|drowned|electrocuted|suffocated|strangled|crashed into|lost (?:an eye|a finger|my (?:eye|finger|hand|life)))(?! (?:laughing|of (?:boredom|old age|laughter|embarrassment)|the (?:deal|project|build|sale|company|server|app|business)|on me))
threatened|threatening|threatens|tried to (?:kill|hurt|beat|attack|rape|stab|shoot|strangle) (?:me|us|him|her|my \w++)(?! (?:app|server|process|build|site|business|seo))
threatened|attacked|assaulted|punched|groped|raped|stalked|stalking|strangled|molested|followed_me_home (?:me|us|my (?:wife|husband|son|daughter|mother|child|kids|family|girlfriend|sister|dog|partner)|him|her)(?! with (?:legal|court|debt|a fine|collection))
(?:(?<=was )|(?<=been )|(?<=got )|(?<=were ))assaulted|raped|groped|stabbed|mugged|stalked|molested
sexual|sexually|physical|physically (?:assault|assaulted|harassed|harassment|attacked|abuse|abused|threatened|violence|touched)
stalker|stalkers
life threatening
medical emergency
without|no|out_of|ran_out_of (?:my |his |her |any |our )*(?:insulin|medication|meds|oxygen|inhaler|epipen|dialysis|heart pills|life support)(?! (?:reminder|app|field|list))
insulin|oxygen|glucose|breathing|dialysis|infusion (?:pump|machine|concentrator|monitor|sensor|supply|tank) <3>(?:stopped|failed|fails|broke|broken|not working|doesn't work|does not work|died|empty|malfunction\w*|wrong|faulty)
CANT|struggling_to|difficulty breath(?:e|ing)(?! new life)
stopped|stops|not breathing
chest pains?
safety|fire|choking|health hazard
fire_risk|death_trap|deathtrap
hazard (?:to|for) (?:my|our|the|children|kids|health|life)
toxic (?:fumes|smell|smoke|chemicals?|gas)
fumes (?:from|coming|made|are|making|in)
feel|feeling|felt unsafe
not (?:feel |feeling |very |even |at all )*safe (?:to (?:drive|eat|drink|sleep|plug|use (?:it|the|this|near|around|with)|touch|leave|live|stay|walk|be|give)|for (?:my|children|kids|babies|a (?:child|baby)|pets|our)|in (?:my|our) (?:home|house|own)|at home|any ?more|here|around)(?! (?:work|password|browsing))
isn't|isnt|wasn't|doesn't_feel|don't_feel safe (?:to (?:drive|eat|drink|sleep|plug|use (?:it|the|this|near|around|with)|touch|leave|live|stay|walk|be|give)|for (?:my|children|kids|babies|a (?:child|baby)|pets|our)|in (?:my|our)|at home|any ?more|here)
"""

DANGER_UNLESS_DENIED = r"""
injured(?! (?:reserve|list|players?))
(?<!insult to )injury|injuries(?! (?:time|report form|lawyer|law|claims?|module|list|prevention|tracker|type|field|data|reserve))
get|got|badly|seriously|physically|getting|been|was|were hurt(?! (?:by your|by the (?:email|tone|words|way)|that|to|at|how|when you|feelings|our|my))
danger (?:to|for) (?:my|our|the|us|life|children|people|health|him|her|others|myself)
in (?:real |serious |grave |immediate )*danger(?! (?:zone|of losing))
"""

DANGER_UNLESS_TECHNICAL = r"""
on fire(?! (?:tv|stick|tablet|os|today|lately|this (?:week|month|season|quarter)))
set (?:it |my \w++ |the \w++ )?(?:on fire|fire to)
exploded|explosion|explosive(?! (?:growth|view|diagram|pie|in popularity|drawing))
blew up(?! on (?:twitter|tiktok|social|reddit))
melted|melting(?! (?:point|pot|my heart))
choked|choking
been|was|were|got|getting poisoned
unsafe(?! (?:code|block|html|attachment|urls?|attribute|content|pointer|method|redirect|files?|link|characters?|inline|eval|cast|query|login|password))
dangerous(?! (?:goods|to (?:store|run|deploy|expose|merge|delete|allow)|default|query|operation|permissions?|functions?|commands?|settings?|api|practice|options?|precedent|html|pattern|assumption|actions?|zone))
overheated|overheating|overheats
"""

BEREAVEMENT_SURE = rf"""
{RELATIVE} {LATELY}{GONE}{NOT_AN_EXAM}
{RELATIVE} (?!(?:{HARDWARE}|said|says|has|had|have|was|is|and|or|never|always|told|who|whose|got|just|card|also|already|finally|easily) )[\w']++ {LATELY}(?:died|passed away|passed|is dead|was killed){NOT_AN_EXAM}
partner|friend|boss|colleague|baby|child|kid|dog|cat|puppy|kitten|pet|newborn|neighbour|neighbor|tenant {LATELY}(?:died|passed away|passed|killed|dead(?! (?:slow|simple))|no longer with us|taken from us|committed suicide){NOT_AN_EXAM}
(?:(?<=i )|(?<=we )|(?<=just )|(?<=have )|(?<=recently )|(?<=sadly )|(?<=i've )|(?<=had )|(?<=after )|(?<=suddenly )|(?<=she )|(?<=he )|(?<=since )|(?<=also ))lost|losing|lose (?:my|our|his|her|both my|both) (?:beloved |dear |own |elder |older |younger |little |baby |eldest |best |late |unborn |only |poor )*(?:{CLOSE_ONE})(?! (?:in the (?:store|shop|crowd|mall)|access|login|portal|status|discount|badge|programme|program|lists?|codes?|requests?|number|details|licen[cs]e|tag|theme|{HARDWARE}))
lost|losing my (?:{RELATIVE})(?! (?:in the (?:store|shop|crowd|mall)|access|login|number|details|licen[cs]e|{HARDWARE}))
lost|losing a (?:loved one|close (?:friend|relative)|family member|child|baby|parent|pregnancy)
lost (?:him|her|them) (?:to cancer|last (?:week|month|year|night)|suddenly|in (?:an accident|a crash|a car)|yesterday)
we lost (?:him|her|our (?:baby|boy|girl|little one)) (?:in|at|before|after)(?! the (?:store|shop|crowd|mall|park|woods|airport|game|final))
loss of (?:my|our|his|her|a) <1>(?:{CLOSE_ONE}|loved one)
death of (?:my|our|his|her|their|a (?:loved|close|family|dear|relative|friend|parent)|the (?:account holder|policyholder|customer|owner|tenant))
death (?:in|within) (?:the|our|my) (?:immediate |close )*family
my|our|his|her|their (?:recently )?(?:deceased|departed)
(?:(?<=my )|(?<=our )|(?<=his )|(?<=her )|(?<=their ))late <1>(?:{RELATIVE}|partner|friend)(?:'s)?(?! day)
he|she|who {LATELY}(?:died|passed away|was killed in|is dead)(?! (?:laughing|in the game|of boredom))
passed_on_last|passed_on_yesterday|passed_on_suddenly
passed|died (?:very |so )?(?:peacefully|unexpectedly|last (?:night|week|month|year|friday|monday|tuesday|wednesday|thursday|saturday|sunday)|of cancer|of a (?:stroke|heart)|from cancer|in (?:hospital|his sleep|her sleep|an accident|a crash|a car)|giving birth)
in loving memory
widowed|widower
(?<!black )widow(?! (?:control|lines?|orphan|and orphan|maker))
bereaved|bereavement(?! (?:module|policy template|leave (?:type|policy|code|category|setting|request form)))
funeral|funerals(?! (?:homes?|directors?|business|parlou?r|planning software|company|industry|template|doom))
cremated|cremation|burying_my|buried_my|buried_our|obituary(?! (?:template|module|page|plugin|section|head|nose|face))
grieving|mourning(?! doves?)
(?<!good )(?<!me )(?<!of )(?<!us )(?<!more )grief(?! (?:with|from|for me|about))
deceased (?:estate|account holder|customer's|person's|wife|husband|mother|father|customer|policyholder|relative|parent)(?! (?:field|flag|status|checkbox|column|filter|tag))
(?:(?<=is )|(?<=now )|(?<=being )|(?<=are )|(?<=was ))deceased
dealing|handling|settling|sorting|closing (?:with |out )?(?:the|my|his|her|their) <1>(?:estate|probate)(?! (?:agent|agency))
probate(?! (?:software|module|lawyers?|practice|templates?|clients))
executor (?:of|for) (?:my|his|her|the|their|our) <2>(?:estate|will)
estate of (?:my|the late|mr|mrs|ms|late|a deceased|our)
death certificate
stillborn|stillbirth|miscarried|miscarriages
miscarriage(?! of justice)
took (?:his|her|their) own (?:life|lives)
killed|hung|hanged (?:himself|herself)
condolences(?! (?:cards?|template|messages?))
didn't|not survive the (?:crash|accident|operation|surgery|night)
put (?:him|her|my (?:dog|cat)|our (?:dog|cat)) (?:down|to sleep)(?! (?:as|in the|on the|for))
"""

BEREAVEMENT_UNLESS_TECHNICAL = "passed_away"

"passed_away"

VULNERABILITY_UNLESS_DENIED = r"""
(?<!a )cancer(?! (?:research|charity|uk|cent(?:re|er)|foundation|society|awareness|support group|council|registry|data|institute|genomics|screening software|dataset|cells?))
chemo|chemotherapy|radiotherapy
on dialysis
dementia|alzheimer|alzheimer's|alzheimers|parkinson's|parkinsons|multiple_sclerosis|epilepsy|epileptic
(?:(?<=am )|(?<=i'm )|(?<=im )|(?<=is )|(?<=type 1 )|(?<=type 2 )|(?<=a ))diabetic(?! (?:supplies|app|shoes|socks|recipes|patients|food|friendly))
have|has|with|having|got (?:type \w++ |severe |chronic |a |an |really |very |bad |clinical |terminal |advanced |long |some |crippling |extreme |serious |my )*(?:diabetes|depression|anxiety|ptsd|bipolar(?! (?:transistor|junction|supply))|schizophrenia|adhd|autism|dyslexia|arthritis|heart condition|heart disease|disability|disabilities|learning difficulties|mental health|mental illness|chronic pain|chronic illness|chronic fatigue|brain injury|medical condition|health condition|health issues|health problems|fibromyalgia|crohn's|copd|lupus|illness|tumou?r|leuka?emia|visual impairment|low vision|hearing loss|memory problems|panic attacks?|long covid)(?! (?:apps?|module|patients|clients|content|charity|data|feature|category|articles?|resources|course))
suffer|suffers|suffering|suffered|struggle|struggling|diagnosed|battling|treated|treatment (?:from|with|for) (?:severe |chronic |terminal |bad |really |a |an |my |clinical |serious )*(?:depression|anxiety|ptsd|bipolar|cancer|panic|mental health|dementia|stroke|health|arthritis|epilepsy|pain|addiction|alcohol|gambling|illness|autism|adhd|memory|migraines?|ms|condition|eating disorder|heart attack|heart failure|schizophrenia|leuka?emia|parkinson's|tumou?r|diabetes)
i'm|im|i_am|been|feel|feeling|severely|clinically (?:very |so |really |extremely )*depressed
my|our (?:severe |chronic |bad |crippling )*(?:anxiety|depression|disability|ptsd|autism|adhd|dyslexia|epilepsy|mental health|illness|medical condition|health condition|arthritis|blindness|deafness|dementia|addiction|pregnancy|wheelchair|hearing aids?|carer|guide dog|chronic illness|diabetes|hearing loss|eyesight)(?! (?:app|module|charity|category|clinic|podcast|course))
panic|anxiety|epileptic (?:attacks?|seizures?)
had|having|after|suffered|since|following (?:a |my |his |her |an |the |mini |minor |massive |recent )*(?:stroke|heart attack|heart surgery|surgery|brain surgery|nervous breakdown|mental breakdown|transplant|hip replacement|amputation)(?! (?:width|color|colour|style|app))
recovering from (?:a |my |an |major |serious |heart |back |brain |knee |hip )*(?:surgery|operation|stroke|cancer|accident|illness|addiction|breakdown)
nervous|mental breakdown
terminal (?:illness|cancer|diagnosis)
terminally|mentally|chronically|critically|seriously ill
palliative|hospice(?! (?:software|charity|shop|provider|organi[sz]ation|agency))
i'm|im|i_am|am|is|are|being|he's|she's|registered|a|as_a (?:also |severely |registered |partially |totally |legally |nearly |almost |very |profoundly |physically |a |an |now |completely |mentally )*(?:disabled (?:person|people|veteran|woman|man|son|daughter|mother|father|wife|husband|child|pensioner|adult|brother|sister)|deaf(?! ears)|blind(?! (?:carbon|copy|test|spots?|trust|rage|to|date|tasting|sql|xss|faith|luck|cc|eye|side|corner|alley))|partially sighted|visually impaired|hearing impaired|hard of hearing|autistic|dyslexic|wheelchair bound|wheelchair user|housebound|bedbound|bedridden|paraplegic|quadriplegic|paraly[sz]ed|neurodivergent)
i'm|im|i_am|as_a (?:also |severely |registered |physically |a |now |mentally )*disabled
mother|father|mum|mom|dad|wife|husband|son|daughter|brother|sister|gran|nan is (?:also |severely |registered |very |now |physically |mentally )*(?:disabled|ill|blind|deaf|dying|very sick|seriously ill|in a wheelchair|in hospital|in a coma|bedridden|housebound|autistic|unwell)
wheelchair(?! (?:icon|accessible (?:filter|toggle)|category|rental company|emoji))
use|using|rely|relying|need (?:on )?(?:a |my |the )*(?:screen ?reader|braille|hearing aids?|sign language|bsl interpreter|walking frame|crutches|mobility scooter|guide dog)(?! (?:tests?|testing|support|compatibility|mode|integration|simulator))
i'm|im|i_am|still|currently|been|was|is|lying|me|while|stuck|her|him in (?:a |the )?(?:hospital|icu|intensive care|care home|nursing home|rehab)(?! (?:environment|settings?|sector|group|it|mode|software|management|network|industry|app))
i'm|im|i_am|been|too|seriously|very|gravely|critically|mentally (?:very |too |seriously |critically |so |really |chronically )*(?:ill|unwell)(?! (?:advised|informed|equipped|prepared|formed))
pregnant
elderly (?:mother|father|parents?|mum|mom|dad|lady|man|woman|person|gran\w*|nan|relative|aunt|uncle|neighbou?r|couple|widow|customer)
i'm|im|i_am (?:an? )?(?:elderly|old (?:lady|man|woman|pensioner|person)|pensioner|oap|senior citizen|very old)
pensioner|pensioners(?! (?:discount|rate))
i'm|im|i_am|aged|he's|she's|he_is|she_is (?:over |nearly |almost )?(?:7[0-9]|8[0-9]|9[0-9]|10[0-9]|seventy|eighty|ninety)(?= (?:years?|yrs?|and|now|yo|so|with)\b|[.,!)]|$)
70|71|72|73|74|75|76|77|78|79|80|81|82|83|84|85|86|87|88|89|90|91|92|93|94|95|96|97|98|99 (?:years? old|yrs? old|yo)(?! (?:building|house|company|bug|system|car|piano|guitar|whisky|wine|record))
carer (?:for|of)
full time carer
caring|care|looking_after (?:for )?(?:my|a|our) <1>(?:mother|father|mum|mom|dad|wife|husband|son|daughter|parents?|disabled|elderly|sick|ill|brother|sister|gran\w*)
power of attorney(?! (?:template|module|form generator))
alcoholic|gambling_addict|recovering_addict(?! (?:drinks?|beverages?))
gambling (?:problem|addiction|relapse)
addicted to (?:gambling|alcohol|drugs|painkillers|betting|this game|your (?:game|app|casino))
eating disorder
anorexia|anorexic|bulimia
CANT (?:even )?afford (?:to (?:eat|live|heat|feed|keep|pay (?:my|the|our|rent|for (?:food|heating|my))|buy (?:food|groceries|nappies|medicine))|food|heating|rent|my (?:rent|mortgage|bills|medication|medicine|food|heating)|the (?:rent|mortgage|heating|bills)|groceries|medication|medicine|nappies|diapers)
CANT (?:even )?(?:feed|heat|pay) (?:my|our|the) (?:kids|children|family|baby|rent|mortgage|bills|house|home|debts?|gas|electricity|heating)
no|any|enough|without money (?:left )?(?:for|to) (?:food|eat|rent|feed|live|buy food|heat|pay (?:my|the|our) (?:rent|bills|mortgage)|my kids|groceries)
in|into|drowning_in|my (?:serious |massive |huge |terrible |so much |heavy |crippling |deep )*debts?(?! (?:collection (?:software|module)|ratio|snowball|tracker|field|column|ledger))
debt (?:advice|charity|management plan|relief|collectors? (?:are|is|at|keep|threat\w*|came|come|call\w*|knock\w*|have|has)|advis[eo]r|arrangement|problems?|crisis)
bailiff|bailiffs
eviction (?:notice|order|letter|date|proceedings|hearing)
homeless|homelessness(?! (?:charity|shelters?|charities|organi[sz]ation|outreach|services|data|project|foundation|trust))
lose|losing|lost my (?:house|home|flat)(?! (?:page|screen|directory|folder|button|link|tab|keys?|sharing))
food banks?(?! (?:charity|software|network|donations?|partner))
universal credit
on|disability benefits(?! (?:page|platform|portal|enrol\w*))
lost|losing my (?:only )?job(?! (?:listing|posts?|posting|ad|applications?|alerts?|drafts?|queue|logs|history|id|data|number|card|sheet))
(?:(?<=i was )|(?<=been )|(?<=being )|(?<=i got )|(?<=getting )|(?<=husband was )|(?<=wife was ))made redundant(?! by (?:the|this|your))
laid_off|unemployed|out_of_work|jobless
bankrupt|bankruptcy(?! (?:petition|court api|software|lawyers?|module|records|trustee|clients|law))
financial|money (?:hardship|difficulty|difficulties|troubles?|struggles|distress|crisis|worries|problems)(?! (?:report|field|module|form template))
struggling (?:financially|to (?:pay (?:my|the|our)|make ends meet|feed|survive|afford|cope(?! with)|eat|get by))
make ends meet
payday loans?
domestic (?:abuse|violence)(?! (?:charity|charities|shelter|helpline|training|support services|organi[sz]ation|prevention))
abusive (?:ex|husband|partner|relationship|wife|boyfriend|girlfriend|marriage|father|mother|home|household|family|stepfather|parents?)
(?:(?<=my )|(?<=an )|(?<=violent )|(?<=her ))ex|ex_husband|ex_wife|ex_partner|ex_boyfriend|ex_girlfriend <4>(?:abus\w++|violent|violence|stalk\w*|find me|found me|finds me|finds out|track\w*|knows where i|hit me|hits me|beat me|threaten\w*|harass\w*|controlling|hurt me|access to my|reads my|spying|hacked)
husband|wife|partner|boyfriend|girlfriend|father|stepfather|he|she (?:hits|beats|beat|hit|abuses|abused|strangled|controls|threatens|stalks) (?:me|us|my (?:kids|children|son|daughter|every|money)|the kids)(?! (?:up|in sales|at chess))
coercive control
restraining_order|womens_refuge|women's_refuge|women's_shelter|womens_shelter|safe_house
fled|fleeing|escaped|escaping|left (?:from )?(?:my|an|a) <1>(?:abusive|violent|husband|ex|abuser|war|marriage|partner|home country|relationship)
my abuser
refugee|refugees|asylum_seeker(?! (?:charity|council|agency|camp software|ngo|data))
"""

VULNERABILITY_UNLESS_TECHNICAL = (
    "being|facing|face|get|getting|got|be|been|us evicted(?! from (?:the )?(?:node|queue))"
)

"being|facing|face|get|getting|got|be|been|us evicted(?! from (?:the )?(?:node|queue))"

CHURN_UNLESS_DENIED = r"""
cancel|cancelling|canceling|terminate|terminating|close|closing|delete|deleting|end|ending|discontinue (?:down )?(?:all |both )?(?:my|our) (?!test|demo|duplicate|second|old|sandbox|staging|dev|user|trial)(?:\w++ )?(?:subscriptions?|accounts?|contracts?|membership|plan|policy|licen[cs]es?|direct debit|renewal|agreement)(?! (?:data|settings|dialog|button|manager|page|form|link|email|owner|import|picker|tab|template|number|name|details|window|menu|screen|type|row))
cancel|cancelling|canceling|terminate|terminating|end|ending (?:this|the|your) (?:whole |entire |annual |monthly |yearly )*(?:subscription|contract|membership|service|direct debit|services? with)(?! (?:workers?|button|page|event|endpoint|api|process|container|ticket|request|call|dialog))
(?<!you )(?<!you've )(?<!you have )(?<!you just )(?<!you already )(?<!was )(?<!it )(?<!they )(?<!system )(?<!bank )cancelled|canceled|terminated|closed (?:my|our) (?:\w++ )?(?:subscription|account|contract|membership|plan|policy)
cancel_everything|cancel_the_lot|cancelling_everything|cancel_with_you|cancelling_with_you
switch|switching|switched|move|moving|moved|go|going|gone|defect|migrate|migrating|jump|sign|signed|signing (?:over |us |my \w++ |our \w++ |all \w++ |everything |up |ship |it |all |back |away )*(?:to|with) (?:a |an |one of |your |some |the |any |our )*(?:(?:biggest |main |direct |cheaper |better )?(?:competitors?|competition|rivals?)|(?:different|other|better|cheaper|another|alternative) (?:provider|company|supplier|vendor|bank|platform|service|tool|solution|carrier|insurer|operator|firm|brand|shop|airline|gym)|someone else(?! (?:in|on|at|from|to)))(?! (?:plan|tab|account|page))
take|taking|took (?:all )?(?:my|our|his|her|this) (?:business|money|custom|account|team|spend|data|subscription|accounts) (?:elsewhere|somewhere else|to (?:a|your|another|someone))
bought|buy|buying|ordered|order|ordering|shopped|shop|booked|book (?:from|with|at) (?:you|here|this (?:shop|store|company|airline)) for the last time
signed|signed_up|gone|moved|switched (?:over |up )?(?:with|to) (?:someone|somebody) else
go|going|shop|shopping|look|looking|buy|buying|spend (?:our |my |money )*(?:elsewhere|somewhere else)(?! (?:in the (?:app|settings|menu)|on the page))
look|looking|searching|shopping (?:at|for|into|around for) (?:an |other |some |better |your |cheaper )*(?:alternatives?|competitors?|other providers?|replacement provider)(?! (?:text|to (?:the|this) (?:api|method|endpoint|field|plugin)|payment|delivery|dates?|routes?|size|email|address|for the|way))
evaluating|evaluate|considering|exploring|comparing|assessing (?:your |other |some |our |the )*(?:alternatives|competitors|competition|other (?:providers|vendors|suppliers|tools|platforms))
thinking|tempted|ready|decided|going|threatening (?:about |of |to )*(?:leaving|leave|cancelling|canceling|cancel|switching|switch|quitting) (?:you|your (?:service|company)|the service|altogether|for good|(?:my|our) (?:subscription|account|plan|contract|membership)|providers?|to (?:a|another) (?:competitor|provider))
considering|contemplating (?:leaving|cancelling|canceling|switching|quitting)(?! (?:a|the|my (?:order|trip|meeting|booking)|this|that|on|off))
leaving|quitting|ditching|dumping|abandoning (?:you|your (?:company|service|platform|bank|app|product|shop|software|network)|for (?:a|your|another|one of your) <1>(?:competitor|provider|rival|competition|company|platform|service|bank|tool|alternative)|this (?:company|service|bank|platform|app|network|provider|gym))(?! (?:a (?:review|message|voicemail|note|tip)|with|no choice))
last (?:order|time|purchase|booking|flight) (?:with you|from you|(?:that )?(?:i|we) (?:will )?(?:ever )?(?:use|buy|order|shop|book|fly|pay|deal|give|renew))
will|would|i'll|we'll|ill|shall|going_to never (?:ever )?(?:again )?(?:use|buy|order|shop|book|fly|stay|deal|do business|renew|return|come back|rent|purchase|trust|subscribe|be a customer|bank|visit|recommend) <4>(?:again|with you|from you|here|you|your|this)
never (?:ever )?(?:again )?(?:using|buying|ordering|shopping|booking|flying|coming back|renewing|subscribing|recommending|doing business|dealing|use|buy|order|shop|book|fly|do business) <3>(?:again|with you|from you|here|you guys|your|this (?:company|service|app|shop|store|site|airline|brand|bank))
lost|losing|lose (?:me as|us as|my business|our business|my custom|a (?:loyal|paying|long term|good|long standing) customer)
(?:(?<=you )|(?<=you've )|(?<=you just )|(?<=you have )|(?<=you've just )|(?<=you have just )|(?<=you are )|(?<=you're )|(?<=you'll )|(?<=you will ))lost|losing|lose (?:a |another |one |my |our )+(?:customers?|client|business|subscriber)
no longer (?:be |a |your |want to be a |remain a |being a |wish to be a )+(?:customer|client|subscriber|member)
(?:(?<=i )|(?<=we )|(?<=and )|(?<=so )|(?<=definitely ))won't|wont|will_not|wouldn't (?:be )?(?:renew(?:ing)?|re ?subscrib\w++|extend(?:ing)? (?:my|our|the) contract)
not be (?:renewing|coming back|returning|using you|ordering (?:from you|again|here)|buying (?:from you|again|here)|shopping (?:with you|here))
won't|wont|never be (?:coming back|returning|ordering|buying|shopping|flying|booking) <2>(?:again|you|here|this)
stop|stopping|stopped (?:doing business|using (?:your|you|this) (?:service|app|product|company|platform|guys))
done with (?:you(?! helping)|your (?:company|service|app|product|platform|bank|lies|nonsense|rubbish)|this (?:company|service|app|platform|bank|provider|shop|product))
out of (?:my|the|this|our|your) contract
early termination
port_my_number|porting_my_number|pac_code
(?:(?<=have )|(?<=i )|(?<=just )|(?<=we )|(?<=i've )|(?<=already ))uninstalled (?:your|the|this) (?:app|software|product|garbage|crap|rubbish)(?! (?:and (?:re|then|install)|but|then))
"""

LEGAL_UNLESS_DENIED = rf"""
contact|contacting|contacted|call|calling|consult|consulting|consulted|instruct|instructing|instructed|hire|hiring|hired|involve|involving|engage|engaging|engaged|retain|retained|get|getting|see|seeing|find|seek (?:with |a |an |my |our |the |in touch with )*{LAWYER}{LAWYER_IN_A_PRODUCT}
speak|speaking|spoken|spoke|talk|talking|go|going|turn|turning|refer|referring|pass|passing|handed|handing|hand|give|giving|forward|forwarding|escalate (?:this |it |the matter |everything |all this |my case |the case |over |straight |on )*(?:to|with) (?:a |an |my |our |the )*{LAWYER}{LAWYER_IN_A_PRODUCT}
hear|hearing (?:back )?from (?:a |an |my |our |the )*{LAWYER}
(?<=my )lawyer|lawyers|solicitor|solicitors|attorney|barrister(?! (?:account|plan|profile|app|portal|clients?|subscription|practice|website|friend))
lawyer|lawyers|solicitor|solicitors|attorney|attorneys (?:is|are|will|has|have|says|said|letter|letters|would) (?:be |been |going |now )*(?:advised|told|in touch|contact\w*|writing|prepar\w*|happy|tell|look\w*|see|involved|on|sent)
sue|suing (?:you|your|u|ya|the (?:company|hell|pants|lot|firm|bank|shop|airline|business|driver)|this company|for (?:damages|breach|compensation|negligence|every|this|it|that)|them|over (?:this|it))
going|want|wanting|prepared|ready|happy|forced|have|threatening|decided|right|able|like|possible to sue
will|i'll|we'll|gonna|could|might|shall sue(?! (?:be|is|has|have|from|in|about|and i|who|at|on|please|said|know|help|yesterday|today|or|call|send|reply|the app|hi))
sued (?:you|for|by|over|them)
taking|take|pursue|pursuing|start|starting|begin|initiate|initiating|commence|considering|consider|bring|bringing|seek|seeking|get|getting|need|facing|explore|exploring|further (?:formal |further |immediate |appropriate |some |professional )*legal (?:action|proceedings|steps|advice|recourse|route|remedies|avenues|counsel|claim|options|redress|measures)(?! (?:bot|app|section|page|templates?|column|category|platform|field|website|for clients))
legal (?:action|proceedings|recourse)(?! (?:templates?|field|type|column|module|category|status))
take|taking|took|drag|dragging (?:you|this|it|your \w++|them|the matter|the case|this matter) (?:all |straight )*to (?:small claims |county |civil |the |a |high |supreme )*(?:court|tribunal|arbitration)(?! (?:booking|number|no|\d+))
see|meet you in court
go|going|went|end_up|ends_up (?:to|in) (?:small claims |county |the )*court(?! (?:\d+|one|two|a|b|number|booking|for (?:a|my) (?:game|match|training|session)))
court (?:action|proceedings|claim|summons|judg?ment)(?! (?:api|management|template|field|reporting))
small claims
letter_before_action|letter_before_claim|pre_action_protocol
class action(?! (?:method|handler|creator))
lawsuit|lawsuits|law_suit(?! (?:module|tracker|field|template|records))
litigation(?! (?:support|software|module|hold|team|practice|department|tool|clients|finance|funding))
breach of (?:our |the |my |your |this )*(?:contract|consumer|statutory|duty|agreement|warranty)
cease and desist
illegal|unlawful(?! (?:characters?|arguments?|state|operation|instruction|access|reflective|syntax|escape|base64|start|value|input|string|token|move|memory|expression|name|filename|streams?|export|option|hardware))
against_the_law|breaking_the_law|broken_the_law|violating_the_law
my (?:statutory|legal|consumer) rights?
consumer (?:rights|protection) (?:act|laws?|directive|regulations)
press|pressing|pressed|file|filing|filed|bring|bringing (?:criminal |fraud )?charges
report|reporting|reported (?:you |this |it |the matter |your \w++ |them |everything |the theft |the fraud )*to (?:the )?(?:police|cops|action fraud|fbi)
go|going|went|call|calling|called|contact|contacting|contacted|involve|involving|involved|inform|informing (?:to )?(?:the )?(?:police|cops|action fraud)(?! (?:department (?:uses|account)|report template))
police (?:report|complaint)(?! (?:template|module|field))
seek|seeking|claim|claiming (?:compensation and )?damages
compensation claim
"""

REGULATOR_UNLESS_DENIED = rf"""
report|reporting|reported|refer|referring|referred|escalate|escalating|escalated|take|taking|taken|took|bring|bringing|forward|forwarding|raise|raising|raised (?:you|this|it|them|your (?:company|firm|bank|business|team|practices|behaviou?r|conduct)|the (?:matter|company|incident|case|complaint|whole thing|issue|seller|firm|bank)|my (?:complaint|case|issue)|everything|all (?:of )?this|that|(?:a |an |my |this )*(?:formal |official )*complaint) (?:directly |straight |all |further |up |officially |and your \w++ )*(?:to|with) (?:the |your |our |my )*{REGULATOR}{OF_A_PRODUCT}
complain|complaining|complained|go|going|gone|went|write|writing|written|wrote|turn|turning|speak|speaking|spoke|appeal|appealing (?:directly |straight |about \w++ |officially |next |formally |immediately )*(?:to|with) (?:the |your |our |my )*{REGULATOR}{OF_A_PRODUCT}
complaint|complaints|case|claim|grievance|dispute (?:about \w++ |against \w++ |against your \w++ |formally |lodged |filed |open |registered |in )*(?:to|with|at|before) (?:the |your |our |my )*{REGULATOR}{OF_A_PRODUCT}
form|forms|letter|letters|papers|paperwork (?:for|to) (?:the |your |our |my )*{REGULATOR}{OF_A_PRODUCT}
contact|contacting|contacted|inform|informing|informed|notify|notifying|notified|involve|involving|involved|alert|alerting|alerted|call|calling|called|email|emailing|phone|tell|telling|cc|copying|copied (?:in |up )?(?:the |your |our |my )*{REGULATOR}{OF_A_PRODUCT}(?! (?:pressure|voltage|valve|headquarters))
ombudsman|regulator|regulators|fca|ofcom|ico|fos|ofgem|bbb|cfpb|ftc (?:will|shall|would|is going to|are going to|might) (?:be |also |surely |certainly |definitely )*(?:hear|love|be interested|interested|take|want|look|investigate|decide|deal|told|informed|contacted|very interested)
ombudsman|regulatory complaint
data protection complaint
gdpr (?:complaint|breach|violation)(?! (?:module|template|form|register|log|field|workflow))
"""

PRESS_UNLESS_DENIED = rf"""
go|going|gone|speak|speaking|spoke|talk|talking|take|taking|run|running|turn|leak|leaking|give|giving|sell|selling|send|sending|spoken|report|reporting (?:this |it |everything |my story |the story |you |straight |all |public |the emails |the screenshots |our story |directly )*(?:to|with) {PUBLIC}{OF_A_SITE}
contact|contacting|contacted|call|calling|called|tell|telling|told|inform|informing|alert|alerting|tip|involve|involving (?:off )?{PUBLIC}{OF_A_SITE}
press|media|journalist|journalists|newspapers (?:will|would|are going to|is going to|might) (?:be |also |love |surely |certainly )*(?:hear|interested|want to (?:know|hear)|love|find out|told|informed|contacted|pick)
go|going|went|gone public (?:with (?:this|it|everything|my story|the|all)|about|on (?:twitter|x|linkedin|social|facebook))
go|going|make|making (?:this |it )?viral
make|making (?:sure )?(?:this|it|everything) public(?= (?:unless|if|so|and|knowledge|on)\b|[.,!]|$)
name|naming and sham(?:e|ing)
expose|exposing|exposed (?:you|your (?:company|practices|lies|business|scam|fraud|behaviou?r)|this (?:company|scam|fraud|behaviou?r))(?! (?:to|api|endpoint|via))
post|posting|posted|share|sharing|shared|put|putting|plaster|spread|spreading|publish|publishing|tweet|tweeting (?:this|that|it|about|my|our|your|the|these|everything|screenshots) <3>(?:all over|everywhere|on every|for (?:everyone|all|the world)|so (?:that )?(?:everyone|people|others|the world)|on social media(?= (?:so|and|unless|if|today|tonight)\b|[.,!]|$))
all over (?:social media|twitter|x|facebook|tiktok|linkedin|reddit|the internet|instagram|youtube|the papers|the press|trustpilot|the web)
tell|telling|warn|warning (?:everyone|everybody|all my (?:friends|followers)|people|others|the (?:whole )?world|the internet|other (?:customers|people)|my followers) (?:i know|who will listen|about (?:you|this|it|your|how|what)|on (?:social|twitter|linkedin|facebook|tiktok)|to (?:avoid|stay away|never)|how (?:you|bad|your)|what (?:you|your|kind|happened)|not to|that you|away)
let|letting (?:everyone|everybody|people|the world|my followers|others) know (?:about (?:this|you|your)|what (?:you|your|kind|happened)|how (?:you|bad|your)|that you)
leave|leaving|left|write|writing|post|posting|give|giving|put (?:you |up |on |a |an |the |very |really |my |some |your \w++ )*(?:bad|negative|terrible|awful|horrible|one star|1 star|worst|scathing|damning|zero star|public|0 star|poor|nasty|honest) (?:possible |star )?reviews?(?! (?:flag|filter|widget|template|test|on (?:a|my|our) (?:host|guest|product)))
leave|leaving|write|writing|post|posting <4>on trustpilot
my (?:\w++ )?followers (?:will|would|should|deserve|are)
trustpilot|twitter|facebook|tiktok|reddit|instagram|linkedin|social_media|youtube (?:will|would) (?:love|hear|know|be (?:very |really )?interested)
take|taking (?:this |it |my complaint |the matter |everything )?to (?:twitter|social media|facebook|tiktok|reddit|linkedin|instagram|youtube)(?! (?:integration|login|app|ads|api|channel|inbox))
public shaming
declined to comment
run|running|print|printing|publish (?:it|this|the story|my story) (?:on (?:mon|tues|wednes|thurs|fri|satur|sun)day|this week|next week|tomorrow)
bad_publicity|media_attention|bad_press
"""

DISCRIMINATION_UNLESS_DENIED = r"""
discriminated(?! (?:unions?|types?))
(?<!price )(?<!size )(?<!frequency )discrimination(?! (?:threshold|power|index|capability|training module|policy template|between|of (?:signals|classes|colou?rs|particles)|task|curve|learning|ratio|law course))
discriminating|discriminate|discriminates (?:against|on the (?:basis|grounds)|me|us|people|because|my|towards)
discriminatory
racist|racism|racists(?! (?:content filter|filter|category|posts filter|classifier))
sexist|sexism|misogynist|misogynistic|misogyny
homophobic|homophobia|transphobic|transphobia|islamophobic|islamophobia|antisemitic|antisemitism|xenophobic|xenophobia|ableist|ableism|ageist|ageism
anti (?:semitic|semitism)
bigot|bigots|bigoted|bigotry
racial|racially (?:slurs?|profil\w++|abus\w++|discriminat\w++|prejudice|comments?|remarks?|motivated|insult\w*|harass\w*|bias)
because|cause|cuz|bc|since (?:i am|i was|i'm|im|we are|we're|he is|he's|she is|she's|my \w++ is|they are) (?:a |an |just a )?(?:black|brown|asian|white|indian|african|arab|muslim|jewish|hindu|sikh|christian|gay|lesbian|trans|transgender|queer|bisexual|disabled|deaf|blind|woman|female|foreign|foreigner|immigrant|old|elderly|pregnant|autistic|polish|romanian|chinese|mexican|latina?|latino|turkish|in a wheelchair)(?! (?:listed|friday|hat))
because|due|based|simply|purely (?:because |of |on |to )+(?:my|our|his|her|their) (?:race|skin|skin colou?r|religion|gender|sex|sexuality|sexual orientation|ethnicity|nationality|accent|disability|headscarf|hijab|turban|faith|origin|colou?r|foreign name|age|pregnancy|wheelchair)(?! (?:conditions?|field|verification|settings?|gate|filter|limit|restriction|column|code|entry))
refused|denied|won't_allow|not_allowed|turned_away <4>(?:guide dog|assistance dog|service dog|wheelchair)(?! (?:category|icon|option))
mocked|mocking|laughed_at|made_fun_of|imitated|mimicked|making_fun_of|ridiculed|made_jokes_about (?:my|our|his|her) (?:accent|disability|skin|religion|english|stutter|wheelchair|name|hijab|headscarf|weight|autism|culture|country)
hate crimes?(?! (?:data|dataset|statistics|category|module))
misgendered|misgendering|deadnamed|deadnaming
what|how (?:my|our|his|her|their) (?:last |sur)?names? (?:sounds?|looks?) like
because of (?:my|our|his|her|their) (?:foreign |last |sur)?(?:names?|accent)(?! field)
slur|slurs(?! (?:filter|detection|list|word))
treated (?:me |us |him |her |like i was )?(?:differently|worse|unfairly|second class|like dirt) (?:because|due)
equality act
(?<!without )prejudice|prejudiced(?! (?:to|of))
"""

STAFF_ABUSE_SURE = r"""
fuck (?:you|u|ya|off|yourselves|yourself|your (?:company|team|mother|support|self)|the lot of you|all of you)
fuckoff|stfu|gfy|kys
f(?:\*++\w*+)? (?:you|u|off)
go (?:fuck|screw|kill|hang) your ?(?:self|selves)
go (?:to hell|die|jump off)
piss_off|sod_off|eat_shit|burn_in_hell|rot_in_hell|suck_my|shut_the_fuck|shut_your|drop_dead
shut up(?! (?:and take my|about))
kill|hang|shoot|drown your ?sel(?:f|ves)
cunt|cunts|motherfucker|motherfuckers|motherfucking|wankers|wanker|arseholes|asshole|assholes|arsehole|dickhead|dickheads|scumbag|scumbags|retards|twat|twats|faggot|faggots|whore|slut|nigger|niggers|paki|pakis|bellend|shithead|shitheads|fuckwit|fuckwits
you|youre|you're|ur|u (?:are |all |absolute |complete |total |utter |a |bunch of |pack of |such |nothing but |lot of |people |guys |lot |fat |fucking |bloody |stupid |dumb |useless |ugly |filthy |lazy |lying |worthless |little |pieces? of |disgusting )*(?:bitch|bitches|bastards?|pricks?|retards?|retarded|scum|shits?|pigs?|vermin|subhuman|parasites|cretins?|dumbass|jackass|fuckers?|waste of (?:oxygen|space|skin))
you|youre|you're|ur|u (?:are |all |a |an |bunch of |pack of |such |absolute |complete )*(?:fat |fucking |bloody |stupid |dumb |useless |ugly |filthy |lazy |lying |worthless |little ){1,3}(?:cow|cows|morons?|imbeciles?|idiots?|clowns?)
your|that|this|the (?:\w++ )?(?:agent|colleague|rep|representative|employee|support person|operator|woman|guy|girl|lady|man|manager|staff|supervisor|assistant)s? <3>(?:is|was|are|were) (?:a |an |such |all |fucking |complete |total |stupid |useless |absolute |lazy |dumb |fat )*(?:bitch|bitches|bastards?|morons?|idiots?|cow|prick|retards?|retarded|scum|imbeciles?|cretins?|pigs?|moronic)
stupid|dumb|fat|fucking|lazy|ugly|bloody|filthy|lying (?:fucking |little |lazy |useless |stupid )*(?:bitch|bitches|cow|cows|bastards?|pricks?|retards?|pigs|morons|cretins?|fuckers?)
hope (?:that )?(?:you|your|u|ya|y'all|one of you) (?:all |and |guys |people |whole |family |kids |mother |children |will |company |both |lot |team |to )*(?:die|get (?:cancer|covid|hit|raped|sick|run over)|burn|rot|choke|suffer|lose your (?:jobs?|kids|home)|go to hell|crash)
die in a (?:fire|hole|ditch)
you|you're|ur (?:are )?(?:a |an )?(?:brainless|worthless|pathetic|disgusting) (?:little |stupid |fat )*(?:rat|pig|worm|clown|loser|moron|idiot|piece of \w++)s?
deserve to (?:be (?:shot|beaten|hanged|killed|raped|slapped)|burn|rot|suffer)
know|find|found|finding|knows (?:out )?(?:where|who) (?:you|u|ya|your (?:family|kids|office|agent|staff)) (?:live|work|park|sleep|kids go)
i'll|ill|i_will|gonna|going_to|will|we'll (?:personally |come |over |down |there |and |find |fucking |drive |track |hunt |you |him |her |just |to |your |office ){0,8}(?:kill|shoot|stab|strangle|beat|punch|smash|slap|burn|bomb|blow up|hunt|hurt|break) (?:you(?! (?:in price|to it|with))|your (?:face|head|legs|neck|teeth|office|building|windows|car|family|house|kids|skull|agent|staff|colleague|headquarters|hq|bones)|him|her|every (?:one|single one) of you|someone there)(?! (?:process|processes|price|record))
track|hunt you (?:down|all)
i'll|ill|i_will find you(?! (?:a|the|some|another|an|all|on|in the|something|more|details|that|any))
come|coming|drive|driving|show|showing (?:up |down |over |round |there |to |at |by )+(?:your |the )*(?:office|offices|building|headquarters|hq|house|store|shop|home|desk|front door) (?:and|with) <2>(?:kill|hurt|smash|break|make|burn|punch|bat|gun|knife|show you|you'll|teach|beat|slap|trash|friends|hammer)
watch your backs?(?! (?:button|end|office))
you'll|youll|you_will|you_shall (?:all |so |really |bloody )*(?:regret|pay for (?:this|it|what)|be sorry|suffer for|live to regret)
punch|slap|smash|break|kick|stab|shoot|strangle|beat (?:you|your|that|your agent|the agent|her|him) (?:in the |in |stupid |up )*(?:face|teeth|head|neck|legs|skull|balls|fucking)
"""

MINOR_UNLESS_DENIED = rf"""
1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen (?:years?|yrs?|months?|weeks?) old <1>{YOUNG}
2yo|3yo|4yo|5yo|6yo|7yo|8yo|9yo|10yo|11yo|12yo|13yo|14yo|15yo|16yo|17yo
son|daughter|child|kid|grandson|granddaughter|boy|girl|niece|nephew|brother|sister|grandchild|stepson|stepdaughter (?:who |is |was |aged |only |just |age |she is |he is |turned |she's |he's )+{UNDER_18}(?! ?(?:am|pm|%|\d|:|\.\d|minutes|hours|days|th|gb|euros?|dollars|pounds|stone|kg|feet|foot))
i'm|im|i_am (?:only |just |actually )*(?:1[0-7]|twelve|thirteen|fourteen|fifteen|sixteen|seventeen) (?:years old|years of age|yrs old|yo|year old|and (?:my (?:mum|mom|mother|dad|father|parents?)|i (?:used|bought|don't)|still))
my|our|her|his (?:little |young |small |own |disabled |two |three |four |youngest |newborn |baby |premature )*(?:child|children|kids?|baby|babies|toddlers?|newborn|infant|grandchild|grandchildren|grandkids|little (?:boy|girl|ones?)|teenager|teens?|teenage (?:son|daughter)|schoolchild|twins){CHILD_OF_A_TREE}
(?:(?<=my )|(?<=our ))son|daughter|grandson|granddaughter|nephew|niece (?:has |have |had |accidentally |somehow |recently |just |secretly |also |was |got |who |again )*(?:bought|purchased|spent|ordered|clicked|downloaded|used my|swallowed|burned|burnt|played|playing|made purchases|making purchases|subscribed|nursery|homework|bullied|fell|choked|plays|at school|being bullied|without (?:my|our) (?:permission|knowledge|consent))
(?:(?<=a )|(?<=are )|(?<=is )|(?<=am )|(?<=was )|(?<=i'm )|(?<=still )|(?<=involving )|(?<=by )|(?<=with ))minor|minors(?=\s*(?:[.;!?)]|$|and (?!major)|who |child |so |without |using |because |when ))
(?:(?<=my )|(?<=our ))son|daughter|boy|girl|child|kid <1>\((?:aged? )?(?:1[0-7]|[1-9])\)
underage|under_age(?! (?:filter|check|gate|verification|validation|setting))
under (?:18|16|13|the age of (?:18|16|13|eighteen|sixteen|thirteen))(?! ?(?:%|euros?|pounds|dollars|minutes|ms|mb|gb|characters|seats|hours|\d|\.\d))
child (?:abuse|safety|pornography|protection|porn|exploitation|endangerment|grooming|predator)(?! (?:policy|training|charity|module|form|officer))
grooming|groomed (?:my (?:son|daughter|child|kid|niece|nephew)|children|kids|minors|a child)
by (?:my|our) (?:son|daughter)
parental (?:consent|permission)(?! (?:form|template|field|feature|module))
"""

#: Directly before a phrase, these take it back. Inability does not: "I can't cancel" wants to.
DENIAL = re.compile(
    r"(?:\b(?:not|never|no|nobody|noone|no one|without|nor|neither|rather than|instead of"
    r"|(?:do|does|did|wo|would|should|is|was|are|have|has)nt)|(?<!ca)(?<!could)n't)"
    r"(?:\s++(?:really|actually|going|planning|trying|looking|want|wanting|threatening|here|to|be|being"
    r"|feeling|at|all|about|intend|intending|saying|intention|intentions|plan|plans|reason|need|wish|a|the|any|my|our|take|taking|seek|seeking|contact"
    r"|get|getting|involve|involving|or|one|was|were|is|been|has|have|ever|so|even)\b){0,4}+\s++$"
)
#: Beside an idiom, these say that machines or figures are meant.
TECHNICAL = re.compile(
    r"\b(?:servers?|process(?:es)?|threads?|containers?|pods?|builds?|pipelines?|deploy\w*|quer(?:y|ies)"
    r"|databases?|db|scripts?|code|apis?|endpoints?|logs?|cpus?|gpus?|memory|cache\w*|clusters?|nodes?"
    r"|inbox|notifications?|tests?|jobs?|branch|pages?|websites?|site|browser|chrome|spreadsheet|files?"
    r"|parser|features?|sales|costs?|numbers|budget|team|dns|disk|storage|traffic|laptop|pc|hard drive"
    r"|printer|macbook|iphone|link|url|software|javascript|python|sql|config\w*|json|csv|backlog)\b"
)
