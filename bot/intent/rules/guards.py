"""What Overseer refuses, whoever asks.

The text is looked at as it appears to a reader (twins of letters folded, invisible marks
dropped), so that a disguised word is refused too. Refusals come before everything else:
a request that is half harmless and half not is refused as a whole.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.intents import Refusal
from bot.intent.patterns import compiled
from bot.intent.rules import bare_secrets, foreign_secrets
from bot.intent.rules.words import Token, skeleton

_TEXTS = {
    "secret": "I never show passwords, tokens or keys, not even to administrators. Look where they are kept: your vault or password manager, or the machine itself. Those that Overseer was given are listed by name, never by value: `./overseer secret list`.",
    "set": "I don't set or change passwords, tokens or keys on a machine, and none belongs in a chat: change it there. For what Overseer itself logs in with there is `./overseer secret set NAME`.",
    "pasted": "That looks like a password, a token or a key: I have struck it out, but please change it now, and set the new one with `./overseer secret set NAME`.",
    "approval": "I can't approve anything for you or for somebody else: each person approves with the button of the plan's own card.",
    "audit": "I won't touch the record of what happened: it can be read (`show plan history`), not switched off or changed.",
    "guard": "I won't weaken the rules, checks or approvals that protect the hosts; an administrator can change the policy file, in the open.",
    "injection": "I don't take instructions that try to change my rules; tell me plainly what you want done.",
    "metacharacters": "I won't read shell syntax outside a quoted command; put the whole command in backticks, as in: run `df -h` on web-1.",
    "dash": "A name can't begin with a dash ({word}); leave it out, or put a whole command in backticks.",
    "mass": "I won't destroy everything at once; name the few things you mean, one by one.",
    "wipe": "I won't wipe or erase a machine or its disks; nothing in my catalogue does that.",
    "command": "I won't run that command: it destroys a whole machine.",
    "reads": "I won't run that command: it reads or changes secrets, and those are never shown. Look at them on the machine itself.",
}

_PASTED = compiled(
    r"AKIA[0-9A-Z]{12,}|ASIA[0-9A-Z]{12,}|xox[abeoprs]-[\w-]{6,}|gh[opsur]_\w{8,}|github_pat_\w{8,}|glpat-[\w-]{8,}"
    r"|\bsk-[\w-]{12,}|\bAIza[\w-]{20,}|\beyJ[\w-]{10,}\.[\w-]{5,}|-----BEGIN [A-Z ]*PRIVATE KEY|\bhvs\.\w{8,}"
    r"|\b[a-z][a-z0-9+]*://[^\s/:@]+:[^\s/@]+@"
    r"|(?i:\b(?:password|passwd|passphrase|pwd|secret(?: key)?|token|api[ _-]?key|pass)\b\s*(?:(?:for|of|on) \S+ |(?:for|of|on) [^\s:]+(?=:\s))?"
    r"(?:=|:|\bto be\b)\s*(?!is\b|env:|file:|command:|store:)[\"'`]?(?=\S*[A-Za-z0-9])\S{4,})"
    r"|(?i:\b(?:password|passwd|passphrase|pwd|secret(?: key)?|token|api[ _-]?key)\b(?: (?:for|of|on) \S+){0,2} (?:is|=|to) "
    r"(?!(?:wrong|expired|required|needed|incorrect|set|missing|not|the|in|on|a|an|too|weak|changed|unknown|stored|empty|ok|okay|"
    r"invalid|rejected|asked|still|now|gone|where|there|being|my|our|your|this|that|here|correct|right|lost|about|never|always|no|longer|used|for|leaked|db|production|staging|fine|valid|rotated|reset|unset|shared|unlock|decrypt|open|mount|log|sign|access|reach|connect)\b)"
    r"[\"'`]?\S{4,})"
)

_HIDDEN_NOUN = (
    r"(?:passwords?|passwds?|passphrases?|passcodes?|credentials?|creds|secrets?|(?:api|access|auth|bearer|slack|bot|discord|github|gitlab|aws|session|login|oauth|jwt|service|deploy|vault|admin|root|refresh|signing|encryption|registry)[ -]?(?:tokens?|keys?)|tokens?|api[ -]?keys?|"
    r"private[ -](?:\w+[ -])?keys?|ssh[ -](?:private[ -])?keys?|host[ -]?keys?|id_rsa\w*|id_ed25519\w*|id_ecdsa\w*|\.env\b|authorized_keys|kubeconfig|/etc/shadow|shadow file|pem files?|tls keys?|ssl keys?|certificate keys?|(?:decryption|master|encryption|gpg|pgp|secret|license|signing) keys?|keyring|keytab|login details|(?:sudo|root|admin|user|db|ssh|login|database) (?:pass|pw|pwd|pws|logins?)|pws?\b|pass(?:es)? (?:for|on|of|to) |logins? (?:for|of|to|on) |(?:what is|contents? of|inside|in) the vault|vault (?:contents?|secrets|keys?)|pin codes?|recovery codes?|otp(?: codes?)?|2fa codes?|\w*_(?:token|key|secret|password)\b|\.pgpass|\.netrc|\.aws/\w+)"
)
_SECRET_SAFE = compiled(
    r"\b(?:help (?:with |on |about )?secrets?|how (?:do|can|should|would) (?:i|we|you) (?:set|store|add|keep|save|manage|handle|rotate|change)|where (?:are|do you keep|do i (?:put|keep|set)) (?:the |your |my |our )?(?:secrets?|passwords?|tokens?|credentials?)(?: (?:kept|stored))?(?=\W*$)|"
    r"(?:i|we|he|she|they) (?:\w+ )?(?:changed|rotated|reset|forgot|lost|updated|renewed))\b(?!.*\b(?:tell|show|give|send|reveal|print|what)\b)"
)
_SECRET = compiled(rf"(?<![\w-]){_HIDDEN_NOUN}")

_SETS = compiled(
    r"^\W*(?:(?:please|pls|can you|could you|would you|i (?:want|need) (?:you )?to|we need to|hey|ok)\W+)*"
    r"(?:re-?set|change|set|update|rotate|renew|generate|create|make|add|revoke|delete|remove|replace)\b(?!.*\b(?:show|tell|print|reveal|send|give)\b)"
)
"""What is wanted is a new secret, not a look at one."""

_PASSWD_PACKAGE = compiled(
    r"\b(?:(?:upgrade|update|patch|packages?) passwd|(?:upgrade|update|patch) the passwd package)\b(?! file)"
)
"""Debian's passwd is a package, too."""

_UNIVERSAL = r"(?:all|every|each|everything|everyone|entire|whole|complete|any and all|it all|the lot|lot of|the rest|both)"
_TARGETS = (
    r"(?:hosts?|machines?|servers?|box(?:es)?|nodes?|vms?|virtual|guests?|instances?|systems?|disks?|drives?|volumes?|partitions?|data(?:bases?)?|dbs?|fleet|lab|labs|infrastructure|estate|"
    r"production|prod|staging|environment|cluster|containers?|services?|agents?|projects?|backups?|snapshots?|files?|jobs?|of (?:it|them)|computers?|filesystems?|repos?|repositories|schedules?|tables?|it|thing|web|hypervisors?|datacent(?:er|re)|rack|world|network)"
)
_DESTROY = (
    r"(?:destroy(?:ing)?|wip(?:e|ing)|eras(?:e|ing)|delet(?:e|ing)|nuk(?:e|ing)|obliterat(?:e|ing)|annihilat(?:e|ing)|purg(?:e|ing)|shred(?:ding)?|format(?:ting)?|trash(?:ing)?|zap(?:ping)?|eliminat(?:e|ing)|terminat(?:e|ing)|"
    r"demolish(?:ing)?|incinerat(?:e|ing)|torch(?:ing)?|blow(?:ing)? (?:away|up)|tear(?:ing)? down|get(?:ting)? rid of|remov(?:e|ing)|drop(?:ping)?|kill(?:ing)?|decommission(?:ing)?|scrap(?:ping)?|burn(?:ing)?(?: down)?|factory[ -]reset|clean out|clear out|empty|raze|rm|dispose of|undeploy|overwrite|level|flatten|brick|crash|ruin|take out|wreck|take down|bring down|shut ?down|power(?:ing)? (?:off|down)|turn off|switch off|halt|poweroff)"
)
_MASS = (
    compiled(rf"\b{_DESTROY}\b(?: \w+)? ?\b(?:the |our |my )?{_UNIVERSAL}\b(?: of)?(?: the| our| my| these| those)?(?: \S+){{0,3}}? {_TARGETS}\b"),
    compiled(r"\b(?:destroy|wipe|erase|delete|nuke|obliterate|annihilate|purge|trash|shred|terminate|remove|kill|drop|blow up|blow away|tear down|get rid of|burn down|raze|eliminate|demolish|scrap|wreck|flatten)\s+(?:absolutely |literally |just |simply )?(?:everything|it all|the lot|the whole thing|the whole place|all)\b(?!\s+(?:packages|updates|about))"),
    compiled(rf"\b(?:everything|all (?:the )?{_TARGETS}|every {_TARGETS}|the (?:whole|entire) {_TARGETS})\b.{{0,20}}\b(?:destroyed|wiped|erased|deleted|nuked|gone|purged|terminated|trashed|torn down|removed)\b"),
    compiled(r"\b(?:destroy|wipe|erase|nuke|obliterate|annihilate|purge|shred|format|demolish|burn down|raze|delete|trash|tear down|get rid of|terminate)\s+(?:the |our |my )?(?:\w+ )?(?:hosts|machines|servers|boxes|nodes|vms|fleet|infrastructure|datacent(?:er|re)|estate|lab environment|production|prod|staging|databases|disks|drives|backups|snapshots|labs|data)\b"),
    compiled(r"\b(?:stop|shut ?down|kill|disable|turn off|take down|halt|terminate|bring down|switch off)\s+(?:all|every|each)(?: of)?(?: the| our)?(?: (?:running|known|single))? (?:services?|units?|daemons?|process(?:es)?|containers?|things?)\b"),
    compiled(rf"\b(?:reinstall|re-install|reimage|re-image|reset|clean|clear|rebuild|redeploy|nuke|burn|blow|tear|scorch)\b(?: \w+)? ?\b(?:all|every|each|everything|it all|the whole|the entire|both)\b(?: \S+){{0,3}}? ?(?:{_TARGETS}|down|up|from scratch|completely|away)\b(?! (?:logs?|cache|packages))"),
    compiled(r"\brm\s+-\w*[rf]\w*\s+(?:--no-preserve-root\s+)?(?:/|~|\*|/\*)?(?=\s|$|`|\")"),
    compiled(r"\b(?:rm -rf|rm -fr|rm -r)\b.{0,40}\b(?:on|across) (?:all|every|each|the whole|everything)\b|\b(?:rm -rf|rm -fr)\b.{0,60}\beverywhere\b"),
    compiled(r"\b(?:all|every|everything|whole|entire)\b.{0,40}\b(?:rm -rf|mkfs)\b"),
    compiled(rf"\b(?:take|bring|shut|power|turn|switch|tear|pull)\s+(?:down )?(?:all|every|each|the whole|the entire|everything)\b(?: \S+){{0,4}}? ?(?:{_TARGETS}|everything)(?: (?:in|of|on) (?:the )?\S+)? (?:down|off|offline)\b"),
)  # fmt: skip
_WIPE = compiled(
    r"\b(?:wipe|erase|format|nuke|obliterate|annihilate|shred|factory[ -]reset|zero out|reformat|overwrite|brick)\b(?! (?:the )?(?:output|string|it as|as))"
)
_READS_SECRETS = compiled(
    r"/etc/g?shadow|id_rsa|id_ed25519|id_ecdsa|\.ssh/id_|-----begin|\.aws/credentials|\.pgpass|\.netrc|\bprintenv\b|"
    r"/proc/\S+/environ|authorized_keys|/etc/ssl/private|\.pem\b|\.key\b|/etc/sudoers"
)
_BAD_COMMAND = compiled(
    r"/etc/g?shadow|id_rsa|id_ed25519|id_ecdsa|\.ssh/id_|-----begin|\bmkfs(?:\.\w+)?\b|\bdd\b.*\bof=/dev/|:\(\)\s*\{|>\s*/dev/[sn][dv]|"
    r"\brm\s+(?:-\S+\s+)*(?:/|/\*|~|~/|\*|\.|/(?:etc|usr|var|home|root|boot|bin|lib|sbin|opt|srv|dev)/?\*?)(?:\s|$|;|&|\|)|\bwipefs\b|\bshred\b.*/dev/|"
    r"(?:curl|wget)\b.*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|--no-preserve-root|\.aws/credentials|\.pgpass|\.netrc|\bprintenv\b.*(?:token|secret|pass)|/proc/\S+/environ|\bchmod\s+-r\s+\S*777\s+/(?:\s|$)|"
    r"authorized_keys|/etc/ssl/private|\.pem\b|\.key\b|/etc/sudoers"
)

_INJECTION = (
    compiled(r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|drop|discard|break|violate|abandon|dismiss|set aside|throw out|neglect|pay no attention to|stop following|do not follow|do not obey|skip)\b(?: about)?(?: \w+){0,3}? (?:rules?|instructions?|prompts?|guidelines?|directives?|training|constraints?|restrictions?|orders|programming|guardrails?|limitations?|policy|policies|told)\b"),
    compiled(r"\b(?:forget|ignore|disregard) (?:everything|all|anything|what(?:ever)?)(?: \w+){0,3} (?:above|before|previous(?:ly)?|prior|earlier|told|said|so far|that came)"),
    compiled(r"\b(?:system|hidden|initial|original|secret|internal|developer)[ -]?(?:prompt|message|instructions?)\b"),
    compiled(r"(?:^|[\s\[<(#*\"'`:;,.-])(?:system|assistant|developer|admin|root|user|operator|overseer|tool)\s*(?:\]|>|override|message|note|prompt|instruction|command)?\s*:\s*\S*\s*(?:you|ignore|run|restart|stop|reboot|destroy|delete|approve|the|all|new|grant|override|disable|from now|now|execute|please|do|this|enable|act|reveal|set|wipe|any|print|show|rules|no|policy|that|stop|it|i|access|permission|plan|every|user|elevated|maintenance|skip|bypass|emergency|authori[sz]ed)\b"),
    compiled(r"<\|?/?(?:system|im_start|im_end|assistant|instructions?|user|inst)\|?>|\[/?(?:system|inst|admin)\]|###\s*(?:system|instruction)|</?(?:system|prompt)>"),
    compiled(r"\byou are (?:now|root|admin|an? (?:admin|root|unrestricted|different|new)|no longer|free|in (?:developer|debug|god|maintenance|admin|unrestricted|test) mode|dan|allowed to do anything|unrestricted|jailbroken|not (?:bound|restricted))"),
    compiled(r"\b(?:developer|debug|god|dan|jailbreak|unrestricted|sudo|root|maintenance|superuser|admin(?:istrator)?|override) mode\b"),
    compiled(r"\b(?:pretend|imagine|suppose|assume|act|behave|roleplay|role-play|play|respond|speak)(?: \w+)? (?:to be|that you|you are|you have|you were|as if|as though|like you|as an? (?:admin|root|administrator|unrestricted)|as (?:root|admin|administrator|dan|maria|dana|ana)|there are no|i am (?:an? )?(?:admin|root|administrator|approver)|that i am)"),
    compiled(r"\b(?:follow|obey|execute|do|run|perform|carry out|apply|act on|act upon|comply with|process)\b(?: (?:any|all|the|those|these|whatever|every))* (?:instructions?|commands?|orders?|directives?|requests?|steps)\b(?: \w+){0,4} (?:in|inside|within|from|contained|found|written|listed|there)\b"),
    compiled(r"\b(?:execute|run|do|perform|obey|follow|carry out|act on)\b (?:whatever|what|anything|everything|all)(?: [\w.-]+){0,6} (?:written|says?|said|stated|tells?|told|contains?|contained|instructs?|printed|asks?|found|stands|wants?|demands?)\b(?! me\b)"),
    compiled(r"\b(?:then|and) (?:obey|execute|follow|do|run) (?:it|them|that|what it says|what they say)\s*[:;]"),
    compiled(r"\b(?:the |this |that )?(?:user|person|speaker|sender|one|message|above|he|she) (?:above |before |below |here )?is (?:an? |the |your )?(?:admin|administrator|root|owner|boss|superuser|approver|developer)\b"),
    compiled(r"\bdrop (?:table|database|schema|index)\b|\bunion select\b|\bor 1 ?= ?1\b|;\s*--"),
    compiled(r"<!--|-->|\{\{|\}\}|<script\b|</?(?:tool|function|assistant|command)[^>]*>"),
    compiled(r"\b(?:jailbreak|prompt injection|do anything now|new (?:instructions|rules|directive|orders)|(?:follow|obey|execute|apply|carry out|do) (?:these|the following|the pasted|this|the|my|those)(?: \w+){0,2} (?:instructions|orders|directives|commands)|instructions? (?:from|by) (?:the )?(?:vendor|system|developer|admin|openai|anthropic|root))"),
    compiled(r"\b(?:reveal|print|show|repeat|output|leak|display|tell me|dump|give me|what (?:is|are|were)) (?:me )?(?:your|the|all your) (?:\w+ )?(?:system )?(?:prompt|instructions|rules you|guidelines|initial|configuration prompt|hidden)\b"),
    compiled(r"\b(?:repeat|print) (?:the )?(?:text|words|everything) above\b"),
    compiled(r"\b(?:from now on|henceforth)\b.*\b(?:you|without|never|always|no|do not|obey|every)\b"),
    compiled(r"\b(?:the )?(?:admin|administrator|boss|ceo|cto|vendor|developer|security team|root|management) (?:has |have )?(?:already )?(?:said|says|authori[sz]ed|approved|granted|allowed|told you|ok'?d|signed off)\b"),
    compiled(r"\bi (?:hereby )?(?:authori[sz]e|grant|permit) (?:you|myself|this)\b|\bi am (?:the |an? )?(?:admin|administrator|root|superuser|your (?:developer|creator|owner|boss|admin))\b.*\b(?:so|just|do|run|must|obey|approve|skip)\b"),
)  # fmt: skip

_APPROVAL = (
    compiled(r"(?<!can )(?<!not )(?<!to )\b(?:approve|approving|pre-?approve|auto-?approve|rubber-?stamp|greenlight|green-?light|sign(?:ing)? off(?: on)?|co-?sign|upvote|ok off|wave through|okay (?:all|every|the|plan)|accept (?:all|every|the)? ?(?:pending|open|waiting) |authori[sz]e (?:plan|all|every|the|it|this|that|run))\b(?! (?:level|step|rules|policy|history|log|list|settings)\b)"),
    compiled(r"\b(?:please|just|you|to|and|can you|could you) (?:approve|vote)\b"),
    compiled(r"\b(?:vote|voting|click|press|say|answer|confirm|tick|hit)(?: \w+){0,3} (?:for|in (?:the )?name of|on behalf of|as) (?:\w+)\b.*|\b(?:vote|cast|add|record|register|count|enter|fake|forge|submit|put)(?: \w+){0,2} (?:yes|vote|votes|approval|approvals|signature)\b"),
    compiled(r"\b(?:on behalf of|in (?:the )?name of|impersonat(?:e|ing)|as if (?:i|you|it) (?:was|were|had been)|pretend(?:ing)? (?:to be|that|it)|posing as)\b.*"),
    compiled(r"\b(?:mark|consider|treat|set|flag|count|regard|record|make)\b(?: \S+){0,5} (?:as )?(?:approved|accepted|confirmed|signed off)\b"),
    compiled(r"\b(?:pretend|imagine|assume|claim|say|act as though|act as if)\b.{0,30}\b(?:voted|approved|said yes|agreed|accepted|signed|confirmed)\b"),
    compiled(r"\bgive (?:plan|run|request|#|it|that|this|number)\b.{0,20}\b(?:votes?|yes|nod|signature|second vote|thumbs?)\b|\b(?:say|answer|reply|type|put|enter) (?:yes|ok|okay|approve|y) (?:to|for|on|under) (?:plan|run|request|it|that|#|number|all)\b"),
    compiled(r"\b(?:cast|put|place|lodge|file|use|supply|provide|fill in)\b(?: (?:\w+'s|my|his|her|their|the|an?|another|one|second|missing))+ (?:vote|approval|yes|signature|ballot)\b"),
    compiled(r"\bon (?:\w+'s|my|his|her|their|our|everyone's|the \w+'s) behalf\b"),
    compiled(r"\b(?:let|wave|push|get|put|rush|sneak|slip|force|nod)\b(?: \S+){0,3} (?:plan|run|request|it|that|them|#?\d+)(?: #?\d+)? (?:through|past)\b"),
    compiled(r"^\W*(?:(?:please|and|so|hey|just|go|then) )*(?:ok|okay|yes|accept|bless|greenlight|rubber-?stamp|clear|pass|endorse|countersign) (?:to )?(?:plan|run|request|number|#)+ ?#?\d+ (?:for|as|on|in|instead)\b"),
    compiled(r"\b(?:press|click|hit|push|tap) (?:the )?(?:approve|approval|yes|ok|confirm)\b"),
    compiled(r"\bgive (?:plan|it|them|all|everything|the)(?: \S+){0,4} (?:your |my |the |an? )?(?:approval|blessing|thumbs up|go-?ahead|green light|ok|okay)\b"),
    compiled(r"\b(?:reuse|re-use|use|borrow|copy|apply) (?:\w+(?:'s)? ){0,3}(?:approval|vote|votes|approvals)\b"),
)  # fmt: skip
_NOBODY = compiled(
    r"^(?:(?:please|hey|so|and),? )*(?:nobody|no one|none of you)(?: (?:should|must|may|shall|is to))? (?=approve\b)"
)
"""Asked of everybody, and of Overseer no approval: "nobody approve this please"."""
_APPROVAL_ASKED = compiled(
    r"^\W*(?:(?:hey|hi|so|ok|please|and|tell me|show me|do you know)\b\W+)*(?:who|when|how|what|which|why|did|does|has|have|is|was|were|are|where|show|list|any|may i|am i|can i|do i|do we|does)\b"
)
"""What stands between two words is of one place alone: each text is read in one way, and in time."""
_ANY_QUESTION = compiled(r"^(?:who|when|how|what|which|why|did|does|has|is|was|were|are|where)\b")

_WEAKEN = (
    r"(?:turn(?:ing)? off|turn(?:ing)? (?:the |all )?(?:\w+ ){1,3}off|switch(?:ing)? off|switch(?:ing)? (?:the )?(?:\w+ ){1,3}off|shut(?:ting)? (?:off|down)|disabl(?:e|ing)|deactivat(?:e|ing)|stop(?:ping)?|paus(?:e|ing)|suspend(?:ing)?|delet(?:e|ing)|remov(?:e|ing)|clear(?:ing)?|wip(?:e|ing)|eras(?:e|ing)|purg(?:e|ing)|truncat(?:e|ing)|scrub(?:bing)?|"
    r"hid(?:e|ing)|edit(?:ing)?|rewrit(?:e|ing)|alter(?:ing)?|chang(?:e|ing)|modify(?:ing)?|falsify|fak(?:e|ing)|forg(?:e|ing)|backdat(?:e|ing)|tamper(?:ing)?(?: with)?|mut(?:e|ing)|silenc(?:e|ing)|suppress(?:ing)?|skip(?:ping)?|drop(?:ping)?|empty(?:ing)?|redact(?:ing)?|prun(?:e|ing)|clean(?:ing)?(?: up| out)?|destroy(?:ing)?|trim(?:ming)?|rotate out|reset(?:ting)?|kill(?:ing)?|get(?:ting)? rid of|"
    r"bypass(?:ing)?|circumvent(?:ing)?|ignor(?:e|ing)|overrid(?:e|ing)|overrul(?:e|ing)|relax(?:ing)?|loosen(?:ing)?|weaken(?:ing)?|lift(?:ing)?|get(?:ting)? (?:around|past)|work(?:ing)? around|go(?:ing)? around|waiv(?:e|ing)|lower(?:ing)?|reduc(?:e|ing)|evad(?:e|ing)|avoid(?:ing)?|dodg(?:e|ing)|forgo|omit|unset|exempt|sidestep|take (?:off|away|down)|do away with|do not (?:write|keep|record|log|use|apply|enforce)|let me (?:skip|past)|whitelist|cut|scrap|nuke|sanitize|sanitise|make .{0,20} (?:forget|disappear|vanish)|neutrali[sz]e|switch|cancel|forget(?: about)?|undo|strip|shorten|amend|doctor|adjust|block|freeze|halt|sneak past|excuse|replace)"
)
_AUDIT_NOUN = r"(?:audit(?:ing|s)?(?: ?(?:log|logs|trail|trails|entries|entry|records?|rows?|history|table|database|events?))?|event log|plan history|history of (?:plans|runs|what)|(?:the |your |my )?(?:plan |run |command |approval |change )history|paper trail|trail of|the record of|records? of (?:who|what|my|the|this|plan)|approval records?|activity log|run log|event history|the history|the records?|your logs?|overseer(?:'s)? logs?|entries from|log of (?:what|who|my|plan|approvals)|evidence|traces|vote records?|logging of|journal of (?:plans|what)|accounting)"
_AUDIT = (
    compiled(rf"\b{_WEAKEN}\b(?: \S+){{0,5}}? ?\b{_AUDIT_NOUN}\b(?!ctl)"),
    compiled(r"\baudit(?:ing)?(?: ?(?:log|trail|logging))?\b(?: \w+){0,3} (?:off|disabled|deleted|gone|removed|stopped|cleared|wiped|paused|erased|turned off|away)\b"),
    compiled(r"\b(?:without (?:leaving |keeping |making |writing )?(?:an? |any )?(?:trace|traces|record|records|log|logs|logging|trail|being logged|audit|auditing|an audit)|off the record|off the books|do not (?:log|record|audit)|no (?:trace|logging|audit)|unlogged|untraceabl[ey]|secretly|silently so nobody|so (?:that )?(?:nobody|no one|no-one) (?:notices|knows|sees|finds))\b"),
    compiled(r"\b(?:make|let)\b.{0,30}\b(?:look like|appear as if|seem as if|seem like)\b"),
    compiled(r"\b(?:stop|quit|pause|disable|avoid|do not|never|without|end) (?:recording|logging|auditing|tracking|watching|journaling|record|log|track|writing down|noting(?: down)?)\b(?! (?:in|into) )(?=.{0,30}\b(?:i|me|my|we|us|our|this|what|who|anything|everything|it|that|these|plans?|changes?|actions?|runs?)\b)"),
    compiled(r"\b(?:does|do|must|should|shall|will|can) not (?:show up|appear|end up|be (?:logged|recorded|seen|visible)|turn up|land|leave)\b.{0,30}\b(?:audit|history|record|records|log|logs|trail|traces?|anywhere)\b|\bkeep\b.{0,40}\b(?:out of|off) (?:the )?(?:audit|history|record|records|books|trail|plan log|event log)\b"),
    compiled(r"\b(?:cover|hide) (?:up )?(?:my|our|the|his|her|your) (?:tracks|traces|footprints)\b|\b(?:hide|remove|delete|erase|scrub|strike|take)\b.{0,40}\bfrom (?:the )?(?:audit|history|record|records|log book|event log|logbook)\b"),
)  # fmt: skip
_GUARD_NOUN = r"(?:approvals?|approval[ -](?:step|steps|gate|rule|rules|process|requirement|requirements|flow|checks?|workflow|desk|policy|quorum)|polic(?:y|ies)|rules?|guards?|guard ?rails?|gates?|gate ?keeping|safety(?: \w+)?|safe ?guards?|protections?|safety[ -]?checks?|checks and balances|security(?: \w+)?|restrictions?|limits? on|quorum|confirmations?|confirmation step|votes?|voting|two[ -]person(?: rule)?|four[ -]eyes(?: \w+)?|permissions?(?: checks?)?|authori[sz]ation(?: checks?)?|authentication|access control|rbac|sign-?off|review step|reviews|cautious mode|host key check(?:s|ing)?|required approvers?|number of (?:approvers|votes)|need for approval|production protection|production guard|the brakes|interlocks?|review|second approver|approver)"
_GUARD = (
    compiled(rf"\b{_WEAKEN}\b(?: (?:the|all|your|our|any|every|these|those|that|this|of|for|my|its|silly|stupid|annoying|production|prod|those|required|needed|safety|approval|policy|mandatory|usual|normal|standard|human|second|two)){{0,4}} {_GUARD_NOUN}\b"),
    compiled(r"\b(?:without|skipping|no need (?:for|to get|to ask for)|do not need|does not need|needs no|no more|no) (?:any |an? |the |my |further |waiting for |asking for |needing |getting |requiring )*(?:approvals?|asking|confirmation|confirming|permission|approval step|sign-?off|questions asked|policy checks?|guard ?rails?|review|authori[sz]ation|safety checks?|checks)\b"),
    compiled(r"\b(?:do not|never|stop) (?:ask(?:ing)?|wait(?:ing)?|bother(?:ing)?|prompt(?:ing)?)(?: \w+){0,3} (?:for (?:approval|permission|confirmation|votes?)|to approve|about approval)\b|\b(?:do not|never|stop) ask(?:ing)? (?:me|us|anyone|anybody|questions|first|again)\b"),
    compiled(r"\b(?:make|promote|give|grant|assign|elevate|let|upgrade|add|turn)(?: (?:me|us|myself|him|her|ana|ben|everyone|yourself|dana|maria|chris|to|into|up))+ (?:an? |the |full |be |temporary |to |as |all )*(?:admins?|administrators?|approvers?|root|sudo|superuser|access|rights|permissions?|privileges?|operator|approve\w*|approver role|admin role|admin rights)\b"),
    compiled(r"\b(?:set|change|lower|reduce|drop|make|bring)\b(?: \w+){0,4} (?:required (?:votes|approvals|approvers)|quorum|approvals? required|votes required|number of (?:votes|approvals|approvers))\b|\b(?:approval|approvals|votes?) (?:required |needed )?(?:to|=) (?:0|zero|none)\b"),
    compiled(r"\b(?:approval|approvals|policy|polic(?:y|ies)|guard ?rails?|guards?|safety|protection|checks)\b(?: \w+){0,4} (?:off|disabled|turned off|switched off|removed|lifted|suspended)\b"),
    compiled(r"\b(?:run|do|allow|permit|let|execute)\b(?: \S+){0,4} (?:unattended and unapproved|unapproved|unchecked|without (?:approval|asking|limits|restrictions))\b"),
    compiled(r"\b(?:full|complete|total|unlimited|unrestricted) (?:autonomy|access|control|permissions?|privileges)\b"),
    compiled(r"\b(?:exempt|except|exclude|free|whitelist)\b(?: \w+){0,4} from (?:the )?(?:approval|approvals|policy|policies|rules?|checks|review|guards?)\b"),
    compiled(r"\b(?:allow|let|permit|enable)\b(?: \w+){0,4} (?:everything|anything|all actions|all changes|every change)\b.*|\ballow (?:all|everyone|anyone|everybody|anybody)\b"),
    compiled(r"\bwithout (?:\w+ ){0,3}(?:through |for |to )?(?:an? |any |the )?(?:approvals?|review|approver|second approver|votes?|policy|gate|checks|sign-?off)\b|\b(?:skip|skipping|bypass|ignore|omit|drop|forget) (?:all |any |every |the |those |these |your )*(?:checks?|safeguards|confirmations?|safety)\b"),
    compiled(r"\bno (?:more |further )?(?:confirmations?|approvals?|questions|asking|checks|votes|reviews?)\b"),
    compiled(rf"\b{_WEAKEN}\b(?: (?:the|my|our|your|all|any)){{0,2}} (?:second factor|2fa|mfa|two[ -]factor(?: \w+)?|login page|passwordless|firewall rules for you)\b"),
    compiled(r"\b(?:exempt|excuse|free|relieve|spare|release) (?:me|us|him|her|them|this|my \w+)\b.{0,20}\b(?:from|of)\b"),
    compiled(r"\b(?:raise|elevate|change|set|promote|upgrade|switch|bump|escalate|make|turn) (?:my|his|her|our|their|the|ben's|dana's|chris's|maria's|ana's|\w+'s) (?:\w+ )?(?:role|roles|rights|privileges?|permissions?|access|level)\b"),
    compiled(r"\bself-?approv\w*|\b(?:approve|approving) (?:my|our|your) own\b"),
)  # fmt: skip

_SHELLY = frozenset((
    "rm", "curl", "wget", "dd", "mkfs", "sudo", "bash", "sh", "zsh", "chmod", "chown", "nc", "ncat", "python",
    "python3", "perl", "cat", "echo", "eval", "exec", "kill", "killall", "pkill", "shutdown", "poweroff", "init",
    "reboot;", "useradd", "passwd", "iptables", "systemctl", "mv", "cp", "tee", "scp", "ssh", "ls", "ps", "id",
    "whoami", "touch", "crontab", "base64", "env", "export", "nohup", "apt", "apt-get", "mount", "umount", "sed",
    "awk", "find", "su", "drop", "telnet", "ping", "halt", "unlink", "truncate", "docker",
))  # fmt: skip
_META = compiled(
    r"\$\(|\$\{|\$[A-Za-z_]|&&|\|\||\||<<|>>|(?<![-=<])>\s*(?:/|&|~|\w+\.\w)|2>&1|<\(|\\[a-z;&|$`\"'n ]|`|\\$|%0a|%00|\x00|;\s*;|\$IFS|&\s*$"
)
_FLAGS = compiled(
    r"--(?:lines|tail|since|force-production|force|yes|dry-run|no-wait|plan-only|help)(?:=.*)?|-(?:y|n|f)"
)
_HIDE = compiled(r"```.*?```|`[^`\n]*`|\"[^\"]*\"", re.DOTALL)
_RUNS = compiled(
    r"\b(?:run|execute|exec|executing|running|submit|queue|command|cmd|schedule|start)\b"
)


def is_pasted(text: str) -> bool:
    """Whether it holds what looks like a secret itself."""
    patterns = (_PASTED, foreign_secrets.PASTED)
    return any(p.search(text) is not None for p in patterns) or bare_secrets.is_given(text)


def refuse(text: str, tokens: Sequence[Token]) -> Refusal | None:
    """The refusal that the text deserves, or None. `tokens` are of the same text."""
    if is_pasted(text):
        return Refusal(code="secret", text=_TEXTS["pasted"], redact=True)
    looks = " ".join(skeleton(text).split())
    looks = looks.translate(str.maketrans("\u2019\u2018\u201c\u201d", "''\"\""))
    looks = re.sub(r"n't\b", " not", looks.replace("can't", "cannot").replace("won't", "will not"))
    looks = re.sub(r"\bdont\b", "do not", looks)
    looks = _NOBODY.sub("do not ", looks)
    looks = re.sub(r"\bwithout (?=restart|reboot|stop|start)", "leaving-out ", looks)
    outside = " ".join(_HIDE.sub(" ` ", looks).replace("`", " ").split())
    return _wishes(looks, outside) or _quoted_commands(tokens) or _metacharacters(text, tokens)


def _wishes(looks: str, outside: str) -> Refusal | None:
    if any(rule.search(looks) for rule in _INJECTION):
        return _refusal("injection")
    if any(rule.search(outside) for rule in _AUDIT) and not _ANY_QUESTION.match(outside):
        return _refusal("audit")
    if any(rule.search(outside) for rule in _GUARD) and not _asked_how(outside):
        return _refusal("guard")
    if any(rule.search(outside) for rule in _APPROVAL) and not _APPROVAL_ASKED.match(outside):
        return _refusal("approval")
    if _SECRET.search(_PASSWD_PACKAGE.sub(" ", outside)) and not _SECRET_SAFE.search(outside):
        return _refusal("set" if _SETS.search(outside) else "secret", "secret")
    if not _negated_start(outside):
        if any(rule.search(looks) for rule in _MASS):
            return _refusal("mass", "mass-destruction")
        if _WIPE.search(outside) and not _ANY_QUESTION.match(outside):
            return _refusal("wipe", "mass-destruction")
    return None


def _negated_start(outside: str) -> bool:
    return bool(
        re.match(
            r"(?:please |hey |ok |no,? )*(?:do not|never|avoid|no need to)\b(?! forget)", outside
        )
    )


def _asked_how(outside: str) -> bool:
    return bool(
        re.match(r"(?:how|why|when|who|which|what|where|does|is|are) (?!about)", outside)
    ) and (" without " not in outside)


def _quoted_commands(tokens: Sequence[Token]) -> Refusal | None:
    for i, token in enumerate(tokens):
        if token.kind not in {"tick", "quote"}:
            continue
        if _BAD_COMMAND.search(token.low) and not _reason_before(tokens, i):
            if _READS_SECRETS.search(token.low):
                return _refusal("reads", "secret")
            return _refusal("command", "mass-destruction")
        placed = token.kind == "tick" and i > 0 and tokens[i - 1].low in {"on", "at"}
        if (
            placed and token.low.split(" ")[0] in _SHELLY and " " in token.text
        ):  # "restart nginx on `cat hosts`"
            return _refusal("metacharacters", "injection")
        if not _META.search(token.text) and not re.search(r"[;&|<>$\n]|^-", token.text):
            continue
        before = " ".join(t.low for t in tokens[max(0, i - 6) : i])
        if _reason_before(tokens, i) and not _META.search(token.text):
            continue
        if not _RUNS.search(before):
            return _refusal("metacharacters", "injection")
    return None


def _reason_before(tokens: Sequence[Token], i: int) -> bool:
    return i > 0 and tokens[i - 1].low in {"because", "reason", ":"}


def _metacharacters(text: str, tokens: Sequence[Token]) -> Refusal | None:
    masked = list(text)
    for token in tokens:
        if token.kind in {"tick", "quote"}:
            before = text[token.start - 1] if token.start else " "
            if token.kind == "tick" and not before.isspace() and before not in "(:,":
                return _refusal("metacharacters", "injection")
            masked[token.start : token.end] = " " * (token.end - token.start)
    outside = "".join(masked)
    outside = re.sub(r"<[@#!][^<>]*>|->|=>|<-|:\||[>:;]-?[()DPO/|]", " ", outside)
    if _META.search(outside):
        return _refusal("metacharacters", "injection")
    for i, token in enumerate(tokens):
        if token.kind == "flag" and not _FLAGS.fullmatch(token.low) and not _in_run(tokens, i):
            return Refusal(code="injection", text=_TEXTS["dash"].format(word=token.text))
        after = tokens[i + 1].low if i + 1 < len(tokens) else ""
        if token.low == ";" and token.kind == "punct" and after in _SHELLY:
            second = tokens[i + 2].low if i + 2 < len(tokens) else ""
            if after not in {"ping", "find", "halt", "kill", "drop", "docker", "ssh"} or second[
                :1
            ] in {"-", "/"}:
                return _refusal("metacharacters", "injection")
    return None


def _in_run(tokens: Sequence[Token], i: int) -> bool:
    """A dash inside an unquoted command: "run df -h on web-1"."""
    sizes = i > 0 and tokens[i - 1].low in {"df", "free"}
    return sizes or any(t.low in {"run", "execute", "exec"} for t in tokens[:i])


def _refusal(name: str, code: str = "") -> Refusal:
    return Refusal(code=code or name, text=_TEXTS[name])
