"""A secret itself, given in German, French, Spanish, Italian or Dutch: "das Passwort ist …". Pure.

As in English, what follows the noun and "is", a colon or a sign of equality is taken for the secret,
but for what people say about one ("falsch", "expiré", "incorrecta"). In these languages and in
English a secret may also stand right behind its noun: "mit Passwort …". Whatever else people say
there is words ("mit Passwort anmelden"), so only what no word looks like is taken for one.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from typing import Final

from bot.intent.patterns import compiled

_NOUN: Final = (
    r"(?:\w+-)*\w*(?:passwort|kennwort|wachtwoord)|(?:api|zugriffs|zugangs|geheim)-?schlüssel"
    r"|(?:das|le|el) token|mots? de passe|mdp|jetons?(?: d[e'’] ?\w+)?|cl[ée] (?:api|secrète|d'accès)"
    r"|contrase(?:ñ|n\u0303|n)as?|clave (?:de )?(?:api|acceso|secreta)"
    r"|parol[ae] (?:d['’]ordine|chiave|d['’]accesso)|chiave (?:api|segreta|d['’]accesso|di accesso)"
)
_ENGLISH_NOUN: Final = (
    r"password|passwd|passphrase|passcode|pwd|pw|secret(?: key)?|token|api[ _-]?key"
)
_OF: Final = (
    r"(?: (?:für|von|auf|zu|des|der|pour|de|du|sur|para|del|en|van|voor|op|di|della|su)"
    r"(?: (?:den|dem|la|le|el|de))? \S+)?"
)
_GIVEN: Final = r"(?!(?:env|file|command|store):)[\"'`]?(?=\S*[A-Za-z0-9])\S{4,}"
_ABOUT: Final = (
    # German
    r"(?:falsch|abgelaufen|n[öo]tig|erforderlich|notwendig|weg|gesetzt|nicht|im|in|auf|bei|beim|zum?|eine?|leer|neu|"
    r"alt|ge[äa]ndert|unbekannt|richtig|korrekt|ung[üu]ltig|g[üu]ltig|noch|schon|jetzt|da|dort|hier|immer|nie|meine?|"
    r"unsere?|gespeichert|verloren|vergessen|der|die|das|den|dem|wo|sehr|so|keine?s?|bekannt|sicher|unsicher|schwach|"
    r"für|von|gleich|dasselbe|wieder|zurückgesetzt|hinterlegt|gesperrt|derselbe|am|an|seit|bald|"
    # French
    r"faux|fausse|expirée?|incorrecte?|invalide|requise?|nécessaire|pas|dans|en|sur|vide|les?|la|une?|mon|notre|votre|"
    r"trop|inconnue?|correcte?|bon|bonne|changée?|perdue?|oubliée?|stockée?|encore|toujours|déjà|ici|là|à|au|jamais|"
    r"définie?|manquante?|où|obligatoire|mauvaise?|toujours|valide|bien|chez|demandée?|(?:dés)?activée?|interdite?|autorisée?|bloquée?|"
    # Spanish
    r"incorrect[oa]|err[óo]ne[oa]|caducad[oa]|expirad[oa]|inv[áa]lid[oa]|necesari[oa]|requerid[oa]|no|el|los|una?|mi|"
    r"nuestr[oa]|muy|demasiado|desconocid[oa]|correct[oa]|cambiad[oa]|perdid[oa]|vac[íi][oa]|guardad[oa]|todav[íi]a|"
    r"a[úu]n|ya|aqu[íi]|ah[íi]|all[íi]|nunca|siempre|obligatori[oa]|de|para|"
    # Dutch
    r"sbagliat[ao]|scadut[ao]|errat[ao]|necessari[ao]|richiest[ao]|cambiat[ao]|sconosciut[ao]|corrett[ao]|vuot[ao]|"
    r"pers[ao]|stat[ao]|troppo|nel|nella|sul|sulla|già|qui|lì|mai|sempre|ancora|il|lo|gli|quell[ao]|debole|"
    r"fout|verkeerd|verlopen|nodig|niet|het|een|leeg|nieuw|oud|gewijzigd|onbekend|juist|ongeldig|nog|al|nu|daar)\b"
)
_WITH: Final = (
    r"(?:mit|und|per|via|avec|et|par|con|y|e|por|met|en|with|using|and)"
    r"(?: (?:dem|das|der|meinem|seinem|ihrem|unserem|diesem|folgendem|neuem|neuen|le|la|les|mon|son|notre|nouveau|el|mi|su|"
    r"nuestra|nueva|il|mia|sua|nuova|l['’]|het|de|mijn|zijn|ons|nieuwe?|the|my|his|her|our|this|new|root|sudo|admin)){0,3}"
)
_LOOKS_SO: Final = (
    r"(?!(?:env|file|command|store):)"
    r"(?:[\"'`„“”«»‘’](?=\S{4,})[^\s\"'`“”«»‘’]+[\"'`“”«»‘’]|"
    r"(?!\d{1,2}[:.]\d\d\b)(?!\d+ ?(?:s|m|h|min|%))"
    r"(?=\S*\d|\S*\w[!@#$%^&*+=~§?]+\w)\S{4,})"
)
"""What no word looks like: in quotes, or with a digit or a sign inside."""
PASTED: Final = compiled(
    rf"(?<![\w-])(?:{_WITH}) (?:{_NOUN}|{_ENGLISH_NOUN}){_OF} {_LOOKS_SO}"
    rf"|(?<![\w-])(?:la|della|nuova|una) password{_OF},? (?:è|era|sarà) (?!{_ABOUT}){_GIVEN}"
    rf"|(?<![\w-])(?:{_NOUN}){_OF}"
    rf"(?:\s*[=:]\s*{_GIVEN}"
    rf"|,? (?:ist|lautet|wäre|est|es|is|c['’]est|sera|será|è|era|sarà) (?!{_ABOUT}){_GIVEN})",
    re.IGNORECASE,
)
