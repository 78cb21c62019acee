"""A secret itself, given in German, French, Spanish or Dutch: "das Passwort ist …". Pure.

As in English, what follows the noun and "is", a colon or a sign of equality is taken for the secret,
but for what people say about one ("falsch", "expiré", "incorrecta").
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from typing import Final

_NOUN: Final = (
    r"(?:\w+-)*\w*(?:passwort|kennwort|wachtwoord)|(?:api|zugriffs|zugangs|geheim)-?schlüssel"
    r"|(?:das|le|el) token|mots? de passe|mdp|jetons?(?: d[e'’] ?\w+)?|cl[ée] (?:api|secrète|d'accès)"
    r"|contrase(?:ñ|n\u0303|n)as?|clave (?:de )?(?:api|acceso|secreta)"
)
_OF: Final = (
    r"(?: (?:für|von|auf|zu|des|der|pour|de|du|sur|para|del|en|van|voor|op)"
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
    r"définie?|manquante?|où|obligatoire|mauvaise?|toujours|valide|bien|chez|demandée?|"
    # Spanish
    r"incorrect[oa]|err[óo]ne[oa]|caducad[oa]|expirad[oa]|inv[áa]lid[oa]|necesari[oa]|requerid[oa]|no|el|los|una?|mi|"
    r"nuestr[oa]|muy|demasiado|desconocid[oa]|correct[oa]|cambiad[oa]|perdid[oa]|vac[íi][oa]|guardad[oa]|todav[íi]a|"
    r"a[úu]n|ya|aqu[íi]|ah[íi]|all[íi]|nunca|siempre|obligatori[oa]|de|para|"
    # Dutch
    r"fout|verkeerd|verlopen|nodig|niet|het|een|leeg|nieuw|oud|gewijzigd|onbekend|juist|ongeldig|nog|al|nu|daar)\b"
)
PASTED: Final = re.compile(
    rf"(?<![\w-])(?:{_NOUN}){_OF}"
    rf"(?:\s*[=:]\s*{_GIVEN}"
    rf"|,? (?:ist|lautet|wäre|est|es|is|c['’]est|sera|será) (?!{_ABOUT}){_GIVEN})",
    re.IGNORECASE,
)
