# ruff: noqa: E501 - in a lexicon a phrase stands on one line, however long
"""What intensifies a message, by kind, and capitals that do not (`triage.domain.cues`)."""

from __future__ import annotations

#: Praise, then (in the same or the next sentence) what went wrong.
FAILURE = (
    "(?:losing|lost|breaking|broke|ruining|ruined|wasting|wasted|ignoring|ignored|forgetting|deleting"
    "|deleted|messing|messed|screwing|failing|failed|overcharging|crashing|yet another|double charging"
    "|cancelling my|canceling my|locking|missing (?:the|my|another|yet)|sending (?:me |us )?(?:the wrong|another|a broken))"
)

STRONG_WORD = """
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
"""

INSULT_AT_US = """
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
"""

REPETITION = """
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
"""

RHETORICAL = f"""
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
"""

REPEAT_CONTACT = """
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
"""

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
