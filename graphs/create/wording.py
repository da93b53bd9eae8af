"""Whether the words of a draft, or of a step of reasoning, are an answer at all: each text is judged for itself.

No answer is what talks about itself or the question, says again what stood in the instructions, or one sentence over
and over. A title that is the request is none either, with its command or without one, unless the request fills a title.
Languages are judged where one was asked for, and only where the detector is sure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ...languages import alike, code_of, language_of, name_of
from .echoed_prompts import HARMLESS, repeats_example, repeats_instructions
from .emptiness import REFUSAL, shows_nothing
from .judging import count_words, words
from .labels import leaves_blank, names_itself
from .policy import needs_translation
from .request.command import take_apart
from .state import Draft, Thought
from .story import shots_of
from .word_lists import word_list

MOST_SAID = 2
"""How often a clause may stand in a text."""
_CLAUSE = 3
_FILLS = 44
"""Characters: a longer request leaves a title, which has 50, no room for a word more."""
_ITSELF = re.compile(
    r"\b(?:this|that|it)(?: is|['’]s) an? (?:\w+ ){0,2}(?:question|request|prompt)\b"
    r"|\b(?:i|we)(?: am| are|['’]m|['’]re) (?:not )?(?:in a position to|an? (?:ai|language model|virtual assistant))\b"
    r"|\bthis is (?:the|an|my) answer\b"
    r"|\b(?:i|we) (?:do not|don['’]t) have (?:enough |the |any )?(?:information|access|ability|context)\b",
    re.IGNORECASE,
)
_ANSWERING = re.compile(
    r"^(?:sure|certainly|of course|okay|absolutely)[,!.:]\s"
    r"|\b(?:hope (?:this|that) helps|let me know if|feel free to|thank you for your)\b"
    r"|\bi(?:['’](?:m|d be)| am| would be) (?:happy|glad) to (?:help|assist)\b"
    r"|\bi (?:appreciate|apologi[sz]e|understand (?:that|your))\b"
    r"|\byour (?:question|request|prompt|instructions?)\b"
    r"|\bhere(?: is|['’]s| are) (?:\w+ ){1,4}(?:titles?|prompts?|drafts?|answers?|responses?)\b"
    r"|\b(?:the|this) (?:user|prompt|question|request) (?:asks?|wants?|is (?:about|asking))\b"
    r"|^as (?:you )?requested\b|^per your\b"
    r"|^(?:(?:the|a|your|this|video) )*(?:request|prompt|complaint)\W*$"
    r"|\b(?:the|this|that) (?:request|complaint) (?:is|was|has|does|should|must|can|cannot|needs|says|that was)\b",
    re.IGNORECASE,
)
_COMPLAINED = re.compile(
    r"\bdescribe what is in the picture\b|\bwrite (?:of the request|something of your own)\b"
    r"|\b(?:itself or the question|the subject of the request|what the request names)\b",
    re.IGNORECASE,
)
"""The words of our own complaints, which a small model gives back in place of something better."""
_ASSISTS = re.compile(
    r"\b(?:the assistant|who asked|you asked|let us think|(?:in order )?to answer|below you will find)\b"
    r"|\b(?:topic|subject|idea) to (?:write|talk)\b|\bmy (?:training|guidelines|suggestion)\b|\b(?:asks?|tells?) me\b"
    r"|\bthis (?:reply|response|answer|content)\b|\bcan(?:not)? be (?:produced|generated|provided)\b"
    r"|\bi (?:was built|must decline|think|would rather|suggest|recommend)\b|\birresponsible of me\b"
    r"|^(?:great|good|nice|interesting) (?:idea|question|topic|choice)\b"
    r"|\b(?:aquí tienes|te sirva|gracias por tu|tu (?:solicitud|pregunta|petición)|modelo de lenguaje)\b"
    r"|\b(?:asistente virtual|no (?:puedo|tengo))\b"
    r"|\b(?:votre (?:demande|question)|merci (?:de|pour) votre|modèle de langage|je (?:ne )?(?:peux|suis désolée?))\b"
    r"|\b(?:ihre (?:anfrage|frage)|vielen dank für|sprachmodell|ich kann)\b"
    r"|\b(?:sua (?:pergunta|solicitação)|obrigad[oa] pel|modelo de linguagem|não posso)\b"
    r"|\b(?:la tua (?:richiesta|domanda)|modello linguistico|non posso)\b"
    r"|\b(?:ваш (?:запрос|вопрос)|спасибо за вопрос|языков\w+ модел\w+|я не могу)\b"
    r"|您的问题|以下是|希望对|请(?:告诉|提供)|语言模型|本模型|人工智能|提示词|我(?:不能|无法|是一个)|根据[你您]的"
    r"|[给为][你您]写|的(?:文字|描述)[，。]|能力范围|[很非]?抱歉"
    r"|申し訳|ご質問|お手伝い|言語モデル|질문에|도와드|언어 모델",
    re.IGNORECASE,
)
"""Somebody who was asked, and answers."""
_FIRST_PERSON = re.compile(
    r"\b(?:i|i['’](?:m|d|ve|ll)|me|my|myself|yo|puedo|tengo|espero|necesito|je|j['’]ai|ich|eu|posso|я|мне|мой|моя)\b"
    r"|我|您|私は|저는|제가",
    re.IGNORECASE,
)
"""In a shot nobody speaks but in quotes."""
_ADDRESSES = re.compile(
    r"\b(?:ustedes|usted|a continuación|con (?:mucho )?gusto|vous|vos|votre|ci-dessous|você|vocês|a seguir,"
    r"|gerne!|hier ist|ihnen|вы|вам|вас|ваш\w*|вот \w+ описание|आप(?:का|के|की|को)?|कृपया|إليك|يمكنك|لك)\b"
    r"|^(?:claro|claro que sim|bien sûr|natürlich|конечно|好的|当然|はい|承知)[,!.，、。！ ]"
    r"|[您你]|下面是|如果.{0,8}需要|ください|いたし(?:ます|ました)|ましょう|作成しました|습니다만|드릴",
    re.IGNORECASE,
)
"""In a shot nobody is spoken to, in whichever language: second persons, courtesies and what opens an answer."""
_DEFINES = re.compile(
    r"^(?:[^\s.,;]+ ){1,4}(?:ist|sind|es|son|est|sont|é|são|è|sono)"
    r" (?:eine?|der|die|das|una?|uno de|une?|les?|des|los|las|el|la|um|uma|os|as) (?!(?:petit|toda|punto|instante)\b)"
    r"|是一[种项门类]|(?:と言われて|とされて|として知られて)|\b(?:является|являются|считается)\b|^[^\s.,;]+ [—–-] это\b"
    r"|^(?:\S+ ){1,5}(?:هو|هي) (?:نوع|أحد|من)\b|एक (?:प्रकार|ऐसा|ऐसी|महत्वपूर्ण)|은 .{1,20}(?:이다|입니다)\.",
    re.IGNORECASE,
)
"""A text that says what its subject is; of English the encoder's vectors know it (`talk.py`)."""
_WORK = word_list("work_on_text")
_QUOTED = re.compile(r"[\"“„«「『][^\"”“»」』]*[\"”“»」』]|(?<!\w)['‘][^'‘’]+['’](?!\w)")
_OWN_EYES = re.compile(r"\b(?:pov|point of view|first[- ]person)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s*|[\n;；]+")
_CLAUSE_END = re.compile(r"[.!?。！？\n;；,，、]+")


def wording_faults(draft: Draft, request: str, language: str) -> tuple[str, ...]:
    """What is wrong with the words of a draft of `request`, which was asked for in `language`, if in one."""
    shots = shots_of(draft)
    texts = {"title": draft.title, "cover": draft.cover_prompt}
    texts |= {name: shot.video_prompt for name, shot in zip(_shot_names(shots), shots, strict=True)}
    texts |= {"line": draft.line} if draft.line else {}
    texts |= {"English prompt": draft.render_prompt} if draft.render_prompt else {}
    found = [why] if (why := _echo(draft.title, request)) else list[str]()
    empty = nothing_shown(draft, request)
    if not empty and set(words(draft.video_prompt)) <= set(words(draft.title)):
        found.append("its shot only repeats its title; describe what is in the picture")
    found += _same_shots(shots)
    found += [f"its {name} {why}" for name, text in texts.items() if (why := _no_answer(text, request, name, empty))]
    return (*found, *_other_languages(draft, request, language))


def nothing_shown(draft: Draft, request: str) -> str:
    """The fault of a draft with a shot that shows nothing; empty where each shows something."""
    shots = shots_of(draft)
    for name, shot in zip(_shot_names(shots), shots, strict=True):
        if why := shows_nothing(shot.video_prompt, request):
            return why.replace("its shot", f"its {name}", 1)
    return ""


def is_hopeless(draft: Draft, request: str) -> bool:
    """Whether nothing could be made of a draft: a shot shows nothing, or what would be rendered is no answer."""
    return any(
        shows_nothing(shot.video_prompt, request) or no_answer(shot.render_prompt or shot.video_prompt, request)
        for shot in shots_of(draft)
    )


def _shot_names(shots: Sequence[Draft]) -> list[str]:
    return [f"shot {number}" for number in range(1, len(shots) + 1)] if len(shots) > 1 else ["shot"]


def _same_shots(shots: Sequence[Draft]) -> list[str]:
    """A fault for each shot of a story that says what one before it says."""
    seen = dict[str, int]()
    found = []
    for number, shot in enumerate(shots, 1):
        first = seen.setdefault(" ".join(words(shot.video_prompt)), number)
        found += [f"its shot {number} says what its shot {first} says; show what comes next"] if first < number else []
    return found


def no_answer(text: str, request: str) -> str:
    """Why a text is no answer to anything, as a clause; empty where it may be one."""
    bare = _QUOTED.sub(" ", text)
    if _talks(bare, request, (REFUSAL, _ITSELF, _ANSWERING, _ASSISTS, _COMPLAINED)) or _works_on_text(bare, request):
        return "talks about itself or the question; describe what is in the picture"
    return _mechanical(text, request)


def echoes(title: str, request: str) -> bool:
    """Whether a title is the request, word by word, with its command or where there was room to say more."""
    if not (said := words(title)) or said != words(request):
        return False
    return len(title) <= _FILLS or said != words(take_apart(request).idea)


def _echo(title: str, request: str) -> str:
    """What is wrong with a title that is the request; empty for any other."""
    if not echoes(title, request):
        return ""
    if words(request) != words(take_apart(request).idea):
        return "its title is the request, with its command; say what the video is of"
    return "its title is the request; write one that says more"


def sound_steps(steps: Sequence[Thought], request: str) -> tuple[list[Thought], str]:
    """The steps of a reasoning that can be handed on, and what is wrong with the first of the others."""
    kept, names, said, fault = list[Thought](), set[str](), set[str](), ""
    for step in steps:
        clauses = [*_clauses(step.text, _SENTENCE_END)]
        name = step.step.strip().casefold()
        why = ""
        if name in names:
            why = "stands there twice; write each step once"
        elif _talks(step.text, request, (REFUSAL, _ITSELF)):
            why = "talks about itself or the question; think about the video"
        elif clauses and 2 * sum(one in said for one in clauses) > len(clauses):
            why = "says what a step before it said; go on from there"
        why = why or _mechanical(step.text, request)
        if why:
            fault = fault or f"the step {step.step!r} {why}"
            continue
        kept.append(step)
        names.add(name)
        said.update(clauses)
    return kept, fault


def _no_answer(text: str, request: str, name: str, empty: str) -> str:
    """Of a part of a draft; of a shot whose emptiness is told already, nothing more."""
    if name == "shot":
        return "" if empty else no_answer(text, request) or _speaks(text, request)
    if name == "English prompt":
        return no_answer(text, request) or shows_nothing(text, request).removeprefix("its shot ")
    if name == "title":
        itself = "says that it is one; write the words that a viewer reads" if names_itself(text, request) else ""
        return no_answer(text, request) or itself
    return no_answer(text, request) or (_speaks(text, request) if name.startswith("shot") else "")


def _speaks(text: str, request: str) -> str:
    """The fault of a shot in which somebody speaks, though nobody does in the request and it is nobody's own view."""
    bare = _QUOTED.sub(" ", text)
    if _talks(bare, request, (_ADDRESSES,)):
        return "speaks to whoever asked; describe what is in the picture"
    if _talks(bare, request, (_DEFINES,)):
        return "says what its subject is; describe what is in the picture"
    if _FIRST_PERSON.search(request) or _OWN_EYES.search(text) or not _FIRST_PERSON.search(bare):
        return ""
    return "speaks in the first person; describe what is in the picture"


def _works_on_text(text: str, request: str) -> bool:
    said = {word for part in HARMLESS.split(text) for word in words(part)}
    return len(said & _WORK - set(words(request))) > 1


def _mechanical(text: str, request: str) -> str:
    if leaves_blank(text, request):
        return "leaves a blank to be filled in; fill it"
    if repeats_instructions(text, request):
        return "repeats the instructions; write something of your own"
    if repeats_example(text, request):
        return "repeats the example of the instructions; write of the request"
    if _repeated(text):
        return "says the same again and again; say it once"
    return ""


def _talks(text: str, request: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    """Whether it speaks as somebody who answers, in words that are not the request's."""
    found = next((match for one in patterns if (match := one.search(text))), None)
    return found is not None and found.group().strip().casefold() not in request.casefold()


def _repeated(text: str) -> bool:
    return any(count > MOST_SAID for count in Counter(_clauses(text, _CLAUSE_END)).values())


def _clauses(text: str, end: re.Pattern[str]) -> Iterator[str]:
    """The clauses that say something, folded."""
    for part in end.split(text):
        said = words(part)
        if count_words(said) >= _CLAUSE:
            yield " ".join(said)


def _other_languages(draft: Draft, request: str, language: str) -> list[str]:
    """The texts that are surely in another language than they were asked for in, by name or in plain English."""
    wanted = code_of(language) if language else ""
    texts = {"title": draft.title, "shot": draft.video_prompt, "cover": draft.cover_prompt} if wanted else {}
    found = [
        f"its {name} is in {name_of(spoken)}, not in {language}"
        for name, text in texts.items()
        if (spoken := language_of(text)) and not alike(spoken, wanted)
    ]
    if wanted and draft.line and (spoken := language_of(draft.line)) and not alike(spoken, wanted):
        found.append(f"its line is in {name_of(spoken)}, not in {language}")
    spoken = "" if language or language_of(request) != "en" else language_of(draft.video_prompt)
    found += [f"its shot is in {name_of(spoken)}, the request in English"] if spoken and not alike(spoken, "en") else []
    if draft.render_prompt and needs_translation(language):
        spoken = language_of(draft.render_prompt)
        found += [f"its English prompt is in {name_of(spoken)}"] if spoken and not alike(spoken, "en") else []
    return found
