"""Words that order no change, for a change that only a model read in them. Pure.

"Läuft nginx noch?" asks, "nginx wurde gerade neu gestartet" tells, "… im Trockenlauf" wants a trial,
and "zeig mir die Logs" is about something else. The rules know these in English; here they are known
by their form in other languages. An imperative beside them is an order all the same ("nginx ist
gestoppt, starte ihn neu").
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.intents import Intent
from bot.domain.marked import literal
from bot.domain.plans import ONCE_APPROVED
from bot.intent.model.grounds import Grounds
from bot.intent.model.ordered import changes_named, ordered_at_an_end, orders_in
from bot.intent.model.unquoted import told, unquoted
from bot.intent.patterns import compiled

_ENGLISH = frozenset({"start", "active"})
"""Forms of other languages that are English words as well."""
_POLITE = compiled(
    r"\b(?:(?:kannst|könntest|würdest|magst|möchtest|willst) du|(?:können|könnten|würden|möchten) (?:sie|wir)|könnt ihr|(?:kann|könnte) (?:\w+ )?(?:jemand|wer)|(?:startest|stoppst|bootest|lädst|aktualisierst|installierst|fährst|schaltest|hältst) du|tu (?:me |nous )?(?:redémarres|relances|arrêtes|démarres|recharges|installes|coupes)|quelqu['’]un (?:peut|pourrait)|(?:peux|pourrais|veux)[- ]tu|tu (?:peux|pourrais)|(?:pouvez|pourriez|voulez)[- ]vous|"
    r"vous (?:pouvez|pourriez)|(?:me|nos) (?:reinicias|paras|arrancas|detienes|recargas|actualizas|instalas|apagas|levantas)|mi (?:riavvii|fermi|avvii|ricarichi|aggiorni|installi)|(?:me |lo |la )?(?:puedes|podrías|quieres|puede|podría|podrían)|(?:puoi|potresti|può|potrebbe)|(?:kun|kan|zou|wil) (?:je|u|jij|iemand)|(?:can|could|would|will|may) (?:you|we|i|some(?:one|body)|any(?:one|body))|would you mind)\b",
    re.IGNORECASE,
)
_PAST = r"(?:neu ?gestartet|gestartet|gestoppt|angehalten|beendet|(?:de)?installiert|aktualisiert|entfernt|gelöscht|(?:neu ?)?geladen|(?:re|ge)bootet|heruntergefahren|(?:de)?aktiviert|gepatcht|abgestürzt)"
_TELLS = compiled(
    rf"\b(?:wurden?|worden|wird|werden|ist|sind|war|waren|hat|haben|habe|hatten?)\b[^.;!?]{{0,60}}?\b{_PAST}\b|\b{_PAST} (?:worden|wurden?|hat|haben)\b"
    r"|\b(?:a|ont|est|sont|était) (?:déjà )?(?:été )?(?:redémarré|relancé|arrêté|démarré|installé|rechargé|supprimé|désactivé|activé)e?s?\b"
    r"|\b(?:ha|han|fue|fueron|está|estaba)(?: sido)? (?:ya )?(?:reiniciad|detenid|parad|instalad|actualizad|recargad|eliminad|desactivad|apagad|arrancad)[oa]s?\b"
    r"|\b(?:è|sono|era) (?:stat[oaie] )?(?:riavviat|fermat|arrestat|installat|aggiornat|rimoss|spent)[oaie]\b|\b(?:is|werd|werden) (?:\w+ )?(?:herstart|gestopt|geïnstalleerd|bijgewerkt|verwijderd)\b",
    re.IGNORECASE,
)
_TRIAL = compiled(
    r"\b(?:(?:im )?(?:trocken|probe)lauf|probehalber|(?:nur )?zur probe|testweise|nur (?:simulieren|als test|zum test)|simulier(?:e|en|t)?|(?:nur )?als simulation|"
    r"à blanc|en simulation|simule[rz]?|à titre d['’]essai|en seco|de prueba|simula[r]?|simulación|simulazione|prova a secco|proefdraaien|dry[- ]?run|rehearsal)\b",
    re.IGNORECASE,
)

_SAID_OF = r"(?:[^,.;!?]|,(?=\s*[\w.-]+(?:,|\s+(?:and|or|und|oder|et|ou)\b)))"
"""What a verb of two parts has between them: a comma only where it lists names."""
_LAST = r"(?=\s*(?:$|[,.;:!?()–-]|(?:und|oder|bitte|danke|sobald|wenn|weil|falls|damit|um|auf|bei|in|jetzt|heute|gleich|sofort)\b))"
"""Behind "an" and "aus" where they end what a "mach" began."""
_NEARBY = compiled(
    r"\b(?:durchstart|durchboot|(?:durch|hoch|neu|auf)?ge(?:start|stopp|boot|lad)|(?:an|ab|aus|auf)ge(?:halt|schalt|spielt|räumt)|\w{0,6}zu(?:starten|stoppen|booten|halten|laden|schalten|fahren)\b|halte?n?\b[^.;!?]{1,80}\ban\b|(?:schmei(?:ß|ss)e?|wirf|knips\w*)\b[^.;!?]{1,80}\b(?:an|aus)\b|patch|einspiel|anwerf|abschieß|hochfahr|runterfahr|abschalt|ausschalt|anschalt|einschalt|kick|bounc|cycl|"
    rf"(?:mach(?:e|en|st?)?\b(?! (?:dir|euch)\b)|macht\b(?! (?:mir|dir|uns|euch|ihm|ihr|ihnen|mich|dich|sich)\b))(?:(?!\b(?:sieh|seh|schau|guck|fühl|hör)){_SAID_OF}){{1,80}}\b(?:an|aus){_LAST}|"
    r"herstart|stop|installeer|verwijder|werk\b[^.;!?]{1,80}\bbij|riavvi|ferma|avvia|arresta|install|aggiorna|rimuov|spegn|rein[ií]cia|p[aá]ra(?:l[oae]s?)?\b|parar|inst[aá]l|actual[ií]z|rec[aá]rg|elim[ií]n|ap[aá]g|arr[aá]nc|lanc(?:e[zr]?|ia)\b|coupe[zr]?\b|étein|éteign|allume|met(?:s|tez)? en (?:route|marche)|lev[aá]nt|tumb|accend|opstart|uitzet|uitschakel|afsluit|inicia|atualiza|remov|"
    rf"(?:turn|switch|power|fire|spin|bring|take|put)(?:ing)?\b{_SAID_OF}{{0,60}}\b(?:on|off|up|down|back|online|offline)\b|roll(?:ing)?\b|"
    r"auf den (?:neu(?:e|est)en|aktuellen|letzten) stand\b|"
    rf"(?:(?:re)?met(?:s|tez|tre|tons)|on (?:re)?met)\b(?!-toi){_SAID_OF}{{1,80}}\b(?:en (?:route|marche|service)|à jour)\b|zrestartuj|uruchom|zatrzymaj|zainstaluj|starta|stoppa|uppdatera|genstart|omstart|restart|перезапусти|останови|запусти|обнови|установи|удали)",
    re.IGNORECASE,
)
"""Verbs of change, and their like, beside those that `ordered` knows; in more languages."""


def unordered(model: Intent, grounds: Grounds, *, found_none: bool = False) -> Iterator[str]:
    """Sentences on it, for whoever approves; none where the words order something to be changed.

    `found_none`: it is told already that the rules found no order.
    """
    changing = [w for w in model.wishes if grounds.catalog.action(w.action).effect.changes]
    if not changing:
        return
    text = unquoted(grounds.spoken)
    trial = _TRIAL.search(text)
    if trial is not None:
        yield (
            f"The request wants a trial, “{literal(trial[0])}”; this plan is none: "
            f"{ONCE_APPROVED} runs."
        )
    verbs = {wish.action.rpartition(".")[2].split("_")[0] for wish in changing}
    if orders_in(text, verbs) or ordered_at_an_end(text):
        return
    found = _TELLS.search(text)
    if found is not None:
        said = literal(told(found[0]))
        yield f"The request tells how something is or was, “{said}”: it may be no order."
    elif found_none or _POLITE.search(text):
        return
    elif text.rstrip().endswith("?"):
        yield "The request is a question, and may be no order."
    elif not (changes_named(text, verbs) or _NEARBY.search(text) or _is_raw(model, grounds)):
        yield "I find no word in the request that orders a change."


def is_ordered(text: str) -> bool:
    """Whether an imperative of another language than English orders a change, or an infinitive.

    >>> is_ordered("bitte starte nginx neu"), is_ordered("nginx neu starten"), is_ordered("start it")
    (True, True, False)
    """
    return bool(set(orders_in(text, ())) - _ENGLISH) or ordered_at_an_end(text)


def _is_raw(model: Intent, grounds: Grounds) -> bool:
    """Whether a command of their own is run, which says by itself what is to be done."""
    return any(grounds.catalog.action(wish.action).raw for wish in model.wishes)
