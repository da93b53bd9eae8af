"""The first line of a conversation with the offline router: a draft, or an honest sentence."""

from __future__ import annotations

import re

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from popcorn.agent.chat.router.openings import opened
from popcorn.agent.chat.router.speaker import HELP, OfflineRouter


def answer(line: str) -> AIMessage:
    return OfflineRouter().invoke([HumanMessage(line)])


@pytest.mark.parametrize(
    "line",
    [
        "Hola", "hola, ¿qué puedes hacer?", "Bonjour !", "Que sais-tu faire ?", "Hallo", "Was kannst du?", "Olá!",
        "Oi, o que você faz?", "Ciao", "Привет, что ты умеешь?", "你好！", "你能做什么？",
        "こんにちは", "何ができますか？",
        "안녕하세요", "뭐 할 수 있어?", "مرحبا", "नमस्ते",
    ],
)  # fmt: skip
def test_a_greeting_is_answered_in_its_language_with_a_line_that_works(line: str) -> None:
    said = answer(line)
    assert not said.tool_calls
    example = re.split(r"\s?[:：]\s?", said.text)[-1]
    (call,) = answer(example).tool_calls
    assert call["name"] == "make_video", example


@pytest.mark.parametrize("line", ["hi, what can you do?", "are you chatgpt?", "what is this", "how do I start?"])
def test_what_can_be_done_is_answered_by_the_help(line: str) -> None:
    assert answer(line).text == HELP


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("i want to go viral", "Nobody can promise that"), ("make me famous", "Nobody can promise that"),
        ("how do I get more views?", "Nobody can promise that"), ("is this free?", "I cost nothing"),
        ("What should I post today?", "I know nothing of you"), ("give me some ideas", "I know nothing of you"),
        ("I have a bakery", "Did you mean: `make something about a bakery`?"), ("make a video", "About what?"),
        ("我想要一个短视频", "A video about what?"), ("?", "No rule of mine fits that line."),
    ],
)  # fmt: skip
def test_a_line_without_a_subject_gets_an_honest_sentence(line: str, said: str) -> None:
    assert not answer(line).tool_calls
    assert said in answer(line).text


@pytest.mark.parametrize(
    "line",
    [
        "I need an idea for a reel about my coffee shop", "Bonjour, j'ai besoin d'une vidéo pour mon restaurant",
        "hola, necesito un video para mi peluquería", "Hallo, ich brauche ein Video für meinen Friseursalon",
        "帮我想个抖音视频的点子，关于我的奶茶店", "ラーメン屋の動画を作ってほしい", "떡볶이 가게 영상 만들어 주세요",
        "Olá, quero um vídeo sobre a minha padaria", "Сделай ролик про мою кофейню", "I want to become a popular baker",
    ],
)  # fmt: skip
def test_an_opening_with_a_subject_is_no_mere_greeting(line: str) -> None:
    assert opened(line) == ""


@pytest.mark.parametrize(
    ("line", "arguments", "said"),
    [
        ("May I have a square two-minute reel of pottery?", {"request": "pottery"}, "“two-minute” is not possible"),
        ("do a 40s film about tide pools", {"request": "tide pools"}, "“40s” is not possible"),
        ("create a half hour film about moss", {"request": "moss"}, "“half hour” is not possible"),
        ("write five clips on fencing", {"request": "fencing", "drafts": 5}, "one video at a time"),
        ("I need a film about canals, 3 versions", {"request": "canals", "drafts": 3}, "one video at a time"),
        ("render a sunken village with ltx", {"request": "a sunken village", "renderer": "ltx"}, ""),
        ("we repair pianos and could use a clip, plus hashtags", {"request": "repairing pianos"}, "#RepairingPianos"),
        ("make a clip about herons, caption it and add ten hashtags", {"request": "herons"}, "#Herons"),
        ("사막 여우 영상 만들어줘, 20초로", {"request": "사막 여우 영상 만들어줘"}, "“20초” is not possible"),
        ("Mach ein Video über Moose, je 15 Sekunden", {"request": "Mach ein Video über Moose"}, "“15 Sekunden” is"),
        ("Haz un vídeo sobre faros con hashtags", {"request": "Haz un vídeo sobre faros"}, "#Faros"),
    ],
)
def test_what_is_named_beside_the_subject_is_used_or_refused_in_words(
    line: str, arguments: dict[str, object], said: str
) -> None:
    spoken = answer(line)
    assert [call["args"] for call in spoken.tool_calls] == [arguments]
    assert said in spoken.text


def test_one_caption_is_written_where_several_are_asked_for_and_it_is_said() -> None:
    assert "One caption is all that my rules write" in answer("two captions for a kite festival").text


@pytest.mark.parametrize(
    ("line", "request_", "said"),
    [
        ("haz un vídeo vertical sobre gatos", "haz un vídeo sobre gatos", "`make it vertical`"),
        ("fais une vidéo carrée sur le pain avec de la musique", "fais une vidéo sur le pain", "Without music"),
        ("mach ein quadratisches Video über Katzen", "mach ein Video über Katzen", "`make it square`"),
        ("做一个竖屏的关于猫的视频", "做一个关于猫的视频", "`make it vertical`"),
        ("猫の動画を16:9で作って", "猫の動画を作って", "`make it 16:9`"),
        ("세로 영상으로 고양이 만들어 줘", "영상으로 고양이 만들어 줘", "`make it vertical`"),
        ("kahve hakkında müzikli kare bir video yap", "kahve hakkında bir video yap", "Without music"),
        ("сделай видео про хлеб без музыки", "сделай видео про хлеб", "A clip is silent"),
        ("a video about tea in 4k, silent", "tea", "A clip is silent"),
        ("make a full hd video about cacti", "cacti", "“full hd” is nothing"),
    ],
)
def test_a_shape_or_sound_in_any_language_is_refused_in_words_and_leaves_the_subject(
    line: str, request_: str, said: str
) -> None:
    answered = answer(line)
    assert (answered.tool_calls[0]["args"], said in answered.text) == ({"request": request_}, True)


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("crea un video sul mare con voce fuori campo", "crea un video sul mare"),
        ("ทำคลิปเกี่ยวกับทะเลมีเสียงบรรยาย", "ทำคลิปเกี่ยวกับทะเล"),
        ("a clip of my barber shop with calm music and a voice over", "my barber shop"),
        ("اصنع فيديو عن البحر بتعليق صوتي", "اصنع فيديو عن البحر"),
    ],
)
def test_a_voice_that_is_named_speaks(line: str, subject: str) -> None:
    (call,) = answer(line).tool_calls
    assert call["args"] == {"request": subject, "voice": "auto"}


@pytest.mark.parametrize(
    "line",
    [
        "make a video about a girl with a golden voice",
        "haz un vídeo sobre pan en Italia",
        "un vídeo sobre una voz dulce",
    ],
)
def test_words_of_the_subject_are_no_terms(line: str) -> None:
    said = answer(line)
    (call,) = said.tool_calls or [{"args": {"request": line}}]
    assert call["args"]["request"].split()[-1] == line.split()[-1]
    assert "voice" not in call["args"]
