"""A password of letters only behind its noun: "with password sommerregen". Pure.

Nothing in such a word says that it is one, so what stands around it must:

- one logs in *with* a password, *uses* or *types* it, gives it behind a user's name, or says
  nothing else;
- the word is none of those that are said of passwords in general (`_TALK`): a noun that is joined
  to it ("password authentication"), how it is ("abgelaufen"), what is done by it or to it
  ("anmelden", "fails"), or a word that holds sentences together;
- the sentence goes on as it does behind a name: it ends, or a word follows that joins, places or
  orders something (`_ON`). "with password encrypted archives" speaks of archives;
- a login that is spoken of ("the login with password …") is no order to log in: there the word is
  its verb or tells how it is, unless the verb follows ("… with password sommerregen fails").

A word that is in no list is taken for a secret: a request that was refused can be said again, a
secret that was stored can't be unsaid.

Behind "secret" stands the name of one (`secret set NAME`), so that noun is not looked at here.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from functools import cache
from typing import Final

from bot.intent.patterns import compiled

_NOUN: Final = (
    r"password|passwd|passphrase|passcode|pwd|secret[ -]key|token|api[ _-]?key"
    r"|(?:\w+-)*\w*(?:passwort|kennwort|wachtwoord)|(?:api|zugriffs|zugangs|geheim)-?schlüssel"
    r"|phrase de passe|frase de paso|mot de passe|mdp|jeton|cl[ée] (?:api|secrète|d'accès)|contrase(?:ñ|n\u0303|n)a|clave (?:de )?(?:api|acceso|secreta)|(?<!por )(?<!una )clave"
    r"|parola d'ordine|chiave (?:api|segreta|d'accesso|di accesso)"
)
_NAMED: Final = compiled(_NOUN.replace(r"(?:\w+-)*\w*", ""), re.IGNORECASE)
"""A text without it gives no password. What may stand before it is left out: it is sought all over."""
_HIS: Final = (
    r"(?:the|my|his|her|our|their|your|this|that|a|new|old|same|current|following|root|sudo|admin|user|db|database|login|ssh"
    r"|dem|das|den|der|einem|mein\w*|sein\w*|ihr\w*|unser\w*|diese[mns]|folgende[mn]|neue[mn]?|alte[mn]?"
    r"|le|la|les|un|mon|ma|son|notre|votre|ce|nouveau|ancien|el|un|una|mi|su|tu|nuestra|esta|nueva|vieja|antigua"
    r"|il|una|mia|sua|questa|nuova|vecchia|het|de|een|mijn|zijn|ons|dit|nieuwe?|oude?)"
)
_BY: Final = (
    r"with|using|via|by|use|enter|type|try|take|mit|per|nimm|nehme|nutze|benutze|verwende|probiere?|versuche?|gib|tippe"
    r"|here(?:'s| is)|hier (?:ist|is)|voici|aquí (?:está|tienes)|ecco"
    r"|avec|par|utilise[rz]?|tape[rz]?|entre[rz]?|saisi[rs]|essaie|essaye[rz]?|con|por|usa[r]?|utiliza[r]?|prueba|introduce|teclea|pon"
    r"|inserisci|prova|digita|met|gebruik|neem|probeer|typ"
)
_WHO: Final = (
    r"(?:as|with|user(?:name)?|login|account|als|mit|benutzer(?:name)?|konto|avec|utilisateur|comme|con|usuario|como|cuenta"
    r"|utente|come|met|gebruiker(?:snaam)?)[:=]? (?!(?:with|by|via|mit|per|avec|par|con|por|met)\b)\S{1,64}?,? (?:(?:and|und|et|y|e|en|with|mit|avec|con|met) )?(?:(?:the|his|my|das|dem|den|le|la|il|el|het|son|sua|su) )?"
)
_ENDS: Final = (
    r"(?:e?(?:s|d|n|r|m|t|rs|rn|st|nd|nde[nrs]?)?|'s|y|ying|ies|ied|ly|ings?|ions?|i[ck]ations?|i[ck]a(?:re|ción)|cations?|[ai]tions?|at(?:e[sd]?|ing|ors?|ive)|[ei]ve|ors?|e?ments?|abl[ey]|abilit(?:y|ies)|it(?:y|ies)|al(?:s|ly)?|[ae]nc(?:e[sd]?|y)|u?res?|uration|[pst](?:ed|ing|ers?)"
    r"|ungs?|ungen|te[nst]?|bar|ig(?:e[nrs]?)?|ier(?:t|te|ten|en|ung)|e?rte[nrs]?|ten[rs]?|ens|ischen?"
    r"|é(?:e|s|es)?|ée?s?|ant|ait|aient|ez|i[eé]e?s?|yé?e?r?|iants?|eurs?|euse|eant|ement|ues?|nen?t|aux?|isée?s?|iser"
    r"|[aeo]|[aeo]s|[aei]r|[aei]n|[aei]d[oa]s?|[ai]?ndo|iendo|i[óo]|[óo]|i?ciones|i?ción|aci[óo]n|aciones|aron|an|c[oa]s?|mente|idad|[aei]re|[aiu]t[oaie]|azione|azioni|zione|zioni|ano|ono|isce|i|he|hi|gen|gd|zien)"
)
"""What a stem of `_TALK` may end in: "changed" is talk, "changeme" none."""
_DEFAULTS: Final = (
    r"(?:change|reset|test|let|log|use|try|guess|hack|crack|break)[-_]?(?:me|it|this|that|now)(?:[-_]?(?:in|now|please|later|soon))?"
    r"|test[-_]?test|login[-_]?login|pass(?:word|wort|wd|phrase)?[-_]?(?:test|login|word|admin|root)|(?:test|login|start|reset|default|new|old)[-_]?pass(?:word|wort|wd)?"
)
"""Passwords that are made of talk of them."""
_TALK: Final = (
    # nouns that are joined to it in English, and in the other languages behind a blank
    r"auth(?:s|n|z|enti\w{0,12}|ori[sz]\w{0,12})?|login\w*|logon\w*|log-?ins?|sign-?ins?|sign-?ups?|prompt\w*|polic\w*|rul\w*|hash\w*|sync\w*|synchroni[sz]\w*|manage\w*|store[sd]?|storage|stor(?:e|ing)|"
    r"vaults?|generat\w*|rotat\w*|reset\w*|expir\w*|chang\w*|recover\w*|protect\w*|encrypt\w*|based|less|complex\w*|length|strength|quality|"
    r"check\w*|valid\w*|verif\w*|lockout\w*|lock(?:ed|s|ing)?|unlock\w*|agei?ng|history|files?|fields?|forms?|pages?|box(?:es)?|entry|entries|input\w*|"
    r"database\w*|backend\w*|plugins?|modules?|mode[s]?|methods?|types?|names?|errors?|fail\w*|attempts?|retr(?:y|ies|ied|ying|iev\w*)|limits?|timeouts?|warning\w*|"
    r"settings?|config\w*|configur\w*|options?|parameters?|variables?|service\w*|servers?|agents?|helpers?|tools?|scripts?|jobs?|tasks?|tests?|testing|"
    r"support\w*|feature\w*|handling|access(?:e[sd]|ing|ible)?|security|requirement\w*|requests?|links?|mails?|emails?|reminders?|notification\w*|spray\w*|"
    r"cracking|guess\w*|brute\w*|leak\w*|breach\w*|audit\w*|logs?|logging|cache\w*|cookies?|sessions?|bearer|exchange\w*|refresh\w*|revo[ck]\w*|"
    r"renew\w*|issu\w*|count(?:s|ed|ers?|ing)?|bucket\w*|usage|budget\w*|header\w*|signing|signature\w*|endpoint\w*|scope\w*|pam|ldaps?|oauth|oidc|saml|jwt|totp|"
    r"grant\w*|introspect\w*|dump\w*|shar(?:e|ed|es|ing)|reus\w*|portal\w*|apps?|systems?|provider\w*|flow[s]?|process(?:e[sd]|ing)?|procedure\w*|step[s]?|problem\w*|issues?|trouble\w*|bugs?|fix(?:es|ed)?|update\w*|upgrade\w*|migrat\w*|clean\w*|delet\w*|remov\w*|creat\w*|deliver\w*|commands?|hints?|questions?|safe|lists?|tables?|columns?|values?|strings?|owner\w*|holder\w*|grace|material\w*|lifetime\w*|below|above|"
    r"kerberos|keyring|keychain|keys?|pairs?|certificates?|keyboard\w*|interactive|only|alone|itself|enabled?|disabled?|activ\w*|deactiv\w*|"
    # how it is, what happens to it, what is done by it
    r"gives?|gave|shows?|leaves|left|remain\w*|bec[oa]m\w*|used|uses|appear\w*|freez\w*|froze\w*|aging|dashboard\w*|caching|pinning|"
    r"is|isn't|hasn't|haven't|wasn't|weren't|won't|couldn't|wouldn't|shouldn't|are|was|were|will|would|can|can't|could|should|shall|must|may|might|does|doesn't|don't|did|didn't|has|have|had|need(?:s|ed|ing)?|"
    r"works?|worked|working|broke\w*|breaks?|hang[s]?|hung|stall\w*|lag[s]?|takes?|took|stops?|stopped|starts?|started|happen\w*|get[s]?|goes|seems?|"
    r"return\w*|reject\w*|accept\w*|refus\w*|crash\w*|loop(?:s|ed|ing)?|redirect\w*|lead[s]?|caus\w*|trigger\w*|slow\w*|fast\w*|impossible|possible|permit\w*|permission\w*|unchanged|dialog\w*|window\w*|screen\w*|manually|temporarily|permanently|immediately|automatically|remotely|locally|correctly|properly|den(?:y|ies|ied)|allow\w*|forbid\w*|forbidden|block\w*|requir\w*|ask\w*|time[sd]?|miss(?:es|ed|ing)?|wrong|"
    r"invalid\w*|incorrect|bad|weak|strong|empty|unknown|unset|forgot\w*|lost|stale|old|new|different|same|again|still|already|now|yet|never|always|"
    r"too|not|longer|please|thanks?|first|instead|anymore|today|tomorrow|tonight|yesterday|twice|once|later|soon|"
    r"startup|cleanup|checklists?|checkbox(?:es)?|checkouts?|troubleshooting|fallbacks?|privately|identify\w*|misspel\w*|mismatch\w*|compromis\w*|replac\w*|swap(?:s|ped|ping)?|kept|known|pending|follow\w*|daemon\w*|exporter\w*|prox(?:y|ies)|broker\w*|gateway\w*|controller\w*|operator\w*|worker\w*|watcher\w*|containers?|"
    # words that hold sentences together
    r"for|from|and|then|that|this|these|those|what|when|where|which|while|who|whose|why|how|because|since|after|before|until|unless|without|with|"
    r"but|or|nor|so|if|as|at|in|into|inside|on|onto|of|off|over|under|to|towards?|by|via|per|than|the|an?|it|its|they|them|there|here|"
    r"my|your|his|her|our|their|every|each|all|any|some|both|none|other|another|everywhere|anywhere|somewhere|everyone|anyone|nobody|across|around|about|against|among|during|despite|except|near|next|past|through(?:out)?|upon|within|along|behind|besides?|beyond|although|though|whether|however|otherwise|maybe|perhaps|really|actually|just|even|also|very|quite|almost|directly|anyway|right|us|me|you|we|"
    # German
    r"(?:an|ein|ab|um|zu|aus|vor|frei|neu|wieder|durch|über|nach|zurück|weiter|fest)?-?(?:meld|logg|log-?in|gelogg|gemeld|verbind|verbund|greif|gegriff|gang|zugang|gab|geb|gibt|gegeb|setz|gesetz|stell|gestell|lauf|gelauf|schalt|geschalt|fäll|fall|zugriff)\w*|"
    r"start\w*|gestartet|stopp\w*|prüf\w*|geprüft|test\w*|sicher\w*|gesicher\w*|schütz\w*|geschütz\w*|änder\w*|geänder\w*|ge[äa]ndert|wechsel\w*|gewechselt|vergess\w*|bleib\w*|überall|ewig|(?:ver|ent)schlüssel\w*|hinterleg\w*|(?:ab|an)schaff\w*|verlor\w*|verlier\w*|verlang\w*|"
    r"abgelaufen\w*|ablauf\w*|falsch\w*|richtig\w*|korrekt\w*|ungültig\w*|gültig\w*|leer\w*|schwach\w*|stark\w*|unbekannt\w*|bekannt\w*|nötig|notwendig|erforderlich|fehl(?:schl\w{0,8}|geschlagen|erhaft\w*)|fehl\w*|erlaub\w*|verb[oi]et\w*|verboten\w*|zulass\w*|zugelassen|(?:de)?aktivier\w*|(?:un)?möglich\w*|langsam\w*|stimm\w*|schläg\w*|geht|gehen|klapp\w*|funktion\w*|kommt|dauert|hängt|läuft|wird|wurden?|werden|worden|"
    r"ist|sind|war|waren|sein|hat|haben|hatte\w*|kann|können|könnte\w*|soll\w*|muss|müss\w*|darf|dürf\w*|will|wollen|möchte\w*|gibt|"
    r"rücksetz\w*|richtlinie\w*|regel\w*|abfrage\w*|eingab\w*|manager\w*|verwalt\w*|speicher\w*|gespeicher\w*|datei\w*|datenbank\w*|wechsel|länge|dienst\w*|änderung\w*|verfahren|fehler\w*|problem\w*|seite\w*|maske\w*|feld\w*|wort|probleme|hinweis\w*|rotation\w*|sperr\w*|gesperr\w*|entsperr\w*|aufruf\w*|erneuer\w*|erstell\w*|erzeug\w*|"
    r"statt|oder|aber|auch|auf|aus|bei|beim|bitte|dann|danach|damit|dass|denn|dem|den|der|die|das|des|ein\w{0,2}|für|gegen|hier|immer|in|im|ins|jetzt|kein\w*|mein\w*|mit|nach|nicht|nichts|nie|noch|nur|ob|ohne|schon|seit|sich|sondern|über|um|und|unter|unser\w*|vom?|von|vor|wann|warum|was|weil|wenn|wer|wie|wieder|wo|zu[mr]?|zwar|zwei|heute|morgen|gestern|sofort|alle\w?|sehr|danke|jedes|jede[rmn]?|"
    r"gebraucht|misslingt|misslungen|keineswegs|zweimal|(?:an|ein|ab|aus|um|vor|hin)?(?:ge)?(?:zeig|trag|träg|such|tausch|lehn|sicher|füg)\w*|abgelehnt|versehen|versieht|betr[ei]{2}b\w*|rotier\w*|ersetz\w*|(?:ge)?lösch\w*|(?:ge)?folg\w*|kompromittier\w*|geleakt|vorhanden|anders|widerruf\w*|"
    # French
    r"connect\w*|connexion\w*|probl[èe]m\w*|politique\w*|page|champ|règle\w*|identifi\w*|déconnect\w*|oubli\w*|temporaire\w*|lente?s?|trop|très|renvo\w*|donne\w*|reste\w*|devien\w*|expir\w*|incorrect\w*|erron\w*|faux|fausse\w*|mauvais\w*|vide\w*|perdu\w*|chang\w*|modifi\w*|réinitialis\w*|fonctionn\w*|échou\w*|marche\w*|bloqu\w*|obligatoire\w*|nécessaire\w*|requis\w*|faible\w*|fort\w*|inconnu\w*|valide\w*|périmé\w*|définie?s?|stocké\w*|désactiv\w*|interdit\w*|autoris\w*|possible|impossible|publique|privée|nouve(?:au|aux|lles?)|ancien\w*|ancienne\w*|"
    r"est|sont|était|sera|peut|doit|dans|sur|sous|pour|avec|sans|depuis|avant|après|mais|donc|puis|car|parce|quand|lorsque|alors|aussi|encore|toujours|jamais|déjà|pas|plus|ne|ni|ou|où|et|des?|du|au[x]?|les?|une?|que|qui|quoi|merci|s'il|svp|ici|là|maintenant|demain|chez|entre|vers|seulement|uniquement|"
    r"remplac\w*|révoqu\w*|renouvel\w*|chiffr\w*|rejet\w*|refus\w*|génér\w*|suit|"
    # Spanish and Italian
    r"autenti\w{0,12}|políti\w*|problema\w*|página\w*|regla\w*|campo|acced\w*|acceso\w*|inici\w*|conect\w*|conexi(?:ón|ones)|caduc\w*|olvid\w*|tard\w*|tarda(?:ba|rá)n?|lent[oa]s?|da|qued\w*|temporal\w*|incorrect\w*|inválid\w*|err[óo]ne\w*|vac[íi]\w*|cambi\w*|restablec\w*|perdid\w*|funcion\w*|fall\w*|bloque\w*|obligatori\w*|necesari\w*|débil\w*|fuerte\w*|guardad\w*|nuev[oa]s?|viej[oa]s?|antigu[oa]s?|públic\w*|privad\w*|maestr\w*|primari\w*|principal\w*|for[áa]ne\w*|habilit\w*|deshabilit\w*|desactiv\w*|permitid\w*|protegid\w*|"
    r"duplicad\w*|repetid\w*|únic\w*|larg[oa]s?|cort[oa]s?|compuest\w*|rechazad\w*|rotad\w*|revocad\w*|reemplazad\w*|expirad\w*|comprometid\w*|filtrad\w*|"
    r"es|est[áa]n?|era|fue|ser[áa]|puede\w*|debe\w*|en|para|por|con|sin|desde|hasta|antes|después|pero|luego|porque|cuando|donde|como|también|todav[íi]a|a[úu]n|siempre|nunca|ya|no|ni|del?|al|el|los|las?|un[oa]s?|que|quien|gracias|favor|aqu[íi]|allí|ahí|ahora|mañana|hoy|sobre|entre|solo|sólo|solamente|"
    r"accedi\w*|accesso|accede\w*|colleg\w*|scadut\w*|scade\w*|dimentic\w*|errat\w*|sbagliat\w*|corrett\w*|vuot\w*|pers[ao]|reimpost\w*|funzion\w*|bloccat\w*|debole|richiest\w*|salvat\w*|nuov[oa]|vecchi[oa]|disabilit\w*|abilit\w*|disattiv\w*|attiv\w*|consentit\w*|pubblic\w*|privat\w*|protett\w*|"
    r"è|sono|sar[àa]|può|deve|nell?[ao]?|negli|nei|sull?[ao]?|sui|per|senza|dal|dalla|prima|dopo|ma|poi|perché|quando|dove|anche|ancora|sempre|mai|già|non|né|dell?[ao]?|degli|dei|gli|lo|che|chi|grazie|favore|qui|adesso|ora|oggi|domani|tra|fra|solo|"
    # Dutch
    r"(?:in|aan|uit|af|over|terug)?(?:logg\w*|ge?meld\w*|meld\w*|geven?|gegeven|gestel\w*|stell\w*)|inlog\w*|verlop\w*|duurt|duren|traag|langzaam|blijft|tijdelijk|vergeten|verloren|verkeerd|ongeldig\w*|leeg|gewijzig\w*|wijzig\w*|verander\w*|werkt|werken|mislukt|faalt|nodig|vereist|zwak\w*|bekend|onbekend|beveilig\w*|beleid|opgeslagen|(?:uit|aan|in)(?:ge)?(?:zet|schakel|stel)\w*|toegestaan|mogelijk|onmogelijk|geblokkeerd|"
    r"is|zijn|was|wordt|worden|kan|moet|mag|voor|naar|van|zonder|sinds|tot|maar|want|omdat|als|waar|hoe|ook|nog|altijd|nooit|al|niet|geen|of|op|aan|bij|uit|en|een|het|dat|die|wie|wat|graag|alsjeblieft|bedankt|hier|daar|nu|vandaag|morgen|alleen|over|tussen"
)


def _alternatives(pattern: str) -> list[str]:
    """What stands between the bars of a pattern that are in no brackets."""
    found, depth = [""], 0
    for piece in re.split(r"(\\.|[()|])", pattern):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and not depth:
            found.append("")
        else:
            found[-1] += piece
    return found


def _talked() -> str:
    """`_TALK`, all its stems before one list of endings: one for each takes seconds to compile."""
    stems: list[str] = []
    whole: list[str] = []
    for each in _alternatives(_TALK):
        is_stem = each.endswith(r"\w*") and each.count(r"\w*") == 1
        (stems if is_stem else whole).append(each.removesuffix(r"\w*") if is_stem else each)
    return "|".join((f"(?:{'|'.join(stems)}){_ENDS}", *(w.replace(r"\w*", _ENDS) for w in whole)))


_TALKED: Final = _talked()
_WORD: Final = rf"[(<\[]?(?P<word>(?!(?!(?:{_DEFAULTS})(?![\w-]))(?:{_TALKED})(?![^\W_]|'))(?=[^\W\d_]{{2}})[^\W\d_][\w'-]{{3,}})"
"""Four signs at least that begin as a word and go on as one, and none that is talk of passwords."""

_PHRASE: Final = rf"(?<![\w-])(?:(?:{_BY}) (?:{_HIS} ){{0,3}}(?:[\w.]+(?:-\w+)*(?:'s)? )?|{_WHO})(?:{_NOUN}) {_WORD}"
_BESIDE: Final = rf"(?:\A\W*|[,;.]\s+|\([ \t]?|\n[ \t]*|\s[-–—]\s+)(?:{_HIS} ){{0,3}}(?:{_NOUN}) {_WORD}(?=\W*$|[,;.!)]|\n| (?:and|then|und|dann|et|puis|y|luego|e|poi|en|daarna)(?![\w-]))"
"""Behind a mark or on a line of its own: "ssh into web-1, password sommerregen", "(password …)"."""
_CALLED: Final = rf"(?<![\w-])(?:{_NOUN})(?: (?:von|vom|für|auf|bei|of|for|on) \S{{1,64}})? (?:heißt|heisst|lautet) {_WORD}"
_TAKEN: Final = (
    rf"(?<![\w-])(?:{_BY}|set|choose) (?:\S{{1,64}} ?/ ?)?{_WORD} (?:as|als|comme|como|come) (?:{_HIS} ){{0,2}}(?:{_NOUN})(?![\w-])"
    rf"|(?<![\w-])(?:{_HIS} ){{1,3}}(?:{_NOUN}) {_WORD.replace('word', 'used')} (?:nehmen|nutzen|benutzen|verwenden|eingeben|probieren|versuchen|gebruiken|proberen)\b"
)
_IN_WORDS: Final = compiled(r"\b(?:passphrase|phrase de passe|frase de paso) \S+$", re.IGNORECASE)
"""Behind these stand several words, whatever they are."""
_WORDS: Final = compiled(
    r"(?<![\w-])(?:passphrase|phrase de passe|frase de paso) (?:(?:is|ist|heißt|heisst|lautet|est|es|è) )?(?P<words>[\w'-]+(?: [\w'-]+){1,11})(?=\W*$|[,;.!?)\n])",
    re.IGNORECASE,
)
_ALONE: Final = rf"\W*(?:{_HIS} ){{0,3}}(?:{_NOUN}) {_WORD}\W*"
_ON: Final = compiled(
    r"\W*$|[,.;:!?)\n]| ?[-–—(&+/]| ?\\?\n"
    r"| (?:and|then|but|or|so|to|on|at|in|into|for|from|of|as|over|by|with|without|via|if|when|while|because|since|before|after|until|once|it|that|this|the|an?|my|our|all|every|both|now|again|first|please|pls|plz|thanks|thx|instead|today|tonight|immediately|asap"
    r"|restart|start|stop|reload|reboot|check|show|list|run|execute|deploy|install|upgrade|update|enable|disable|look|see|tell|get|do|is|are|was|does|did|has|can|will|would|should|must|works?|fails?|failed"
    r"|und|dann|aber|oder|um|an|ein|auf|bei|im|ins?|zu[mr]?|für|von|vom|als|über|mit|ohne|wenn|falls|weil|da|bevor|nach|nachdem|bis|es|das|die|der|den|dem|einen?|alle|jetzt|wieder|erst|zuerst|bitte|danke|sofort|heute|ist|war|geht|wird|hat|starte\w*|stoppe\w*|prüf\w*|zeig\w*|anmelden|einloggen|neu"
    r"|et|puis|mais|ou|sur|dans|à|au|aux|pour|de|du|chez|par|avec|sans|si|quand|car|parce|avant|après|le|la|les|un|une|l'\w+|maintenant|merci|svp|s'il|est|redémarre\w*|relance\w*|démarre\w*|arrête\w*|montre\w*"
    r"|y|e|luego|después|pero|o|en|al?|del?|para|por|con|sin|cuando|porque|antes|el|los|las|ahora|gracias|es|está|reinicia\w*|arranca\w*|detén|para|muestra\w*"
    r"|poi|ma|su|sul|sulla|nel|nella|di|da|per|senza|se|quando|perché|prima|dopo|il|lo|gli|adesso|ora|grazie|è|riavvia\w*|avvia\w*|ferma\w*|mostra\w*"
    r"|en|daarna|maar|of|op|aan|in|uit|bij|voor|van|om|zonder|als|omdat|na|het|de|een|nu|graag|is|herstart\w*|toon)(?![\w-])",
    re.IGNORECASE,
)
_LOGIN: Final = compiled(
    r"(?<![\w-])(?:log-?ins|logons|logging in|signing in|connecting|sign-?ins|access|auth\w*|connections?|users?|accounts?|anmeldung(?:en)?|zugang|zugänge|zugriffe?|nutzer|benutzer|konto|konten|connexions?|accès|comptes?|accesos?|sesión|sesiones|usuarios?|cuentas?|access[io]|utent[ei]|toegang|gebruikers?"
    r"|(?:(?<=\w )|(?<=l'))(?<!and )(?<!then )(?<!please )(?<!to )(?<!und )(?<!dann )(?<!bitte )(?<!et )(?<! y )(?<! e )(?<! en )(?:log-?in|logon|log in|sign-?in|sign in|ssh|inloggen|aanmelden))"
    r"(?: (?:on|to|auf|zu|bei|sur|à|en|a|su|op) \S{1,64})? $",
    re.IGNORECASE,
)
_FAILS: Final = compiled(
    r" (?:is|isn't|was|does|doesn't|did|didn't|has|no longer|won't|can't|works?|fails?|failed|hangs|stopped|ist|war|geht|ging|wird|wurde|schlägt|klappt|funktioniert|est|ne|n'\w+|échoue|marche|es|no|falla|funciona|è|non|fallisce|funziona|werkt|mislukt|faalt)(?![\w-])",
    re.IGNORECASE,
)


@cache
def _late(pattern: str) -> re.Pattern[str]:
    """A large pattern, compiled for the first text that names a password: a tenth of a start."""
    return compiled(pattern, re.IGNORECASE)


def is_given(text: str) -> bool:
    """Whether it holds a password that nothing but its place tells. `text` has plain quotes."""
    if not _NAMED.search(text):
        return False
    if _late(_ALONE).fullmatch(text) or _late(_BESIDE).search(text) or _has_phrase(text):
        return True
    if any(_ON.match(text, found.end()) for found in _late(_CALLED).finditer(text)):
        return True
    if any(_ON.match(text, found.end()) for found in _late(_TAKEN).finditer(text)):
        return True
    for found in _late(_PHRASE).finditer(text):
        spoken_of = _LOGIN.search(text, max(0, found.start() - 100), found.start())
        phrase = spoken_of is None and _IN_WORDS.search(found[0])
        if phrase or (_FAILS if spoken_of else _ON).match(text, found.end()):
            return True
    return False


def _has_phrase(text: str) -> bool:
    """Whether words follow a passphrase's noun of which few or none are talk of passwords."""
    for found in _WORDS.finditer(text):
        words = found["words"].split()
        others = sum(_late(_TALKED).fullmatch(word) is None for word in words)
        if others == len(words) or (others >= 3 and others * 2 > len(words)):
            return True
    return False
