"""What a request names beside its subject, as settings of its run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.runs.request_terms import SUBJECT, TOLD, understood
from popcorn.errors import RequestError
from popcorn.graphs.create.request.terms import Terms, all_terms
from popcorn.settings import Settings, load_settings

KITTENS = "make a video about kittens"


def settings(tmp_path: Path, llm: str = "offline", **chosen: object) -> Settings:
    return load_settings(home=tmp_path, llm=llm, **chosen)


@pytest.mark.parametrize(
    ("request_text", "subject", "wanted", "said"),
    [
        (f"{KITTENS} and render it with ltx", KITTENS, {"renderer": "ltx"}, "rendered with ltx"),
        (f"{KITTENS}. Render it with LTX-Video.", KITTENS, {"renderer": "ltx"}, "rendered with ltx"),
        ("kittens, use cogvideox", "kittens", {"renderer": "cogvideox-5b"}, "rendered with cogvideox-5b"),
        ("five drafts about kittens", KITTENS, {"candidates": 5}, "5 drafts"),
        ("make 4 videos about kittens", KITTENS, {"candidates": 4}, "the best of its drafts is rendered"),
        ("make 40 videos about kittens", KITTENS, {"candidates": 16}, "at most 16 drafts are written at once, not 40"),
        ("kittens, 5 drafts, square", "kittens", {"candidates": 5, "aspect": "1:1"}, "5 drafts, shape 1:1"),
        ("a wide video about kittens", "a video about kittens", {"aspect": "16:9"}, "shape 16:9"),
        (f"{KITTENS}, 30 seconds", KITTENS, {}, "every clip has 3 seconds: “30 seconds” is not possible here"),
        (f"{KITTENS} with upbeat music", KITTENS, {}, "“music” is not added"),
        (f"{KITTENS} in 4k", KITTENS, {}, "“in 4k” is nothing that can be chosen here"),
        (f"{KITTENS} in Spanish", KITTENS, {}, "“in Spanish” takes a language model"),
        ("haz tres videos de gatos con ltx", "haz tres videos de gatos", {"renderer": "ltx", "candidates": 3}, "ltx"),
        ("用ltx做一个关于饺子的视频", "做一个关于饺子的视频", {"renderer": "ltx"}, "ltx"),
    ],
)
def test_what_a_request_names_is_used_or_refused_in_words(
    tmp_path: Path, request_text: str, subject: str, wanted: dict[str, Any], said: str
) -> None:
    ours = settings(tmp_path)
    wish = understood(request_text, ours)
    assert (wish.request, wish.inputs[SUBJECT]) == (request_text, subject)
    assert wish.settings == ours.model_copy(update=wanted)
    assert said in "\n".join(wish.inputs[TOLD])


@pytest.mark.parametrize(
    "request_text",
    [
        "street tacos at dawn", "10 gift ideas for dad", "how to say hello in Spanish", "cakes made with love",
        "learning to count to ten in Japanese", "a fight between Riku and Sora", "Spanish guitar lessons",
        "compare 2 versions of Let It Be", "portrait photography tips", "a square dance", "20 kittens playing",
        "Five Nights at Freddy's", "landscape painting", "a 60 second plank", "a girl called Wan", "🔥",
        "We argued for two hours", "How a swimmer breathes in 0.3 seconds", "The best five versions of one song",
        "One lamp, one white sheet, and this portrait", "The quietest episode has no words for 19 minutes",
    ],
)  # fmt: skip
def test_a_request_that_names_nothing_stays_as_it_is(tmp_path: Path, request_text: str) -> None:
    assert understood(request_text, settings(tmp_path)).inputs == {}


def test_with_a_language_model_the_language_is_its_to_write(tmp_path: Path) -> None:
    wish = understood("3 drafts about kittens in spanish", settings(tmp_path, "ollama:qwen3"))
    assert (wish.settings.language, wish.settings.candidates) == ("Spanish", 3)
    assert wish.inputs[TOLD][0] == "understood from the request: 3 drafts, written in Spanish"
    assert understood("un video de gatos en español", settings(tmp_path, "ollama:qwen3")).settings.language == ""


def test_what_was_chosen_beside_the_request_goes_before_its_words(tmp_path: Path) -> None:
    ours = settings(tmp_path, renderer="animatic", candidates=2)
    wish = understood(f"{KITTENS}, 5 drafts, render it with ltx", ours, {"renderer", "candidates"})
    assert wish.settings == ours
    assert wish.inputs[TOLD][:2] == [
        "the request says candidates 5; what was chosen beside it goes before: 2",
        "the request says renderer ltx; what was chosen beside it goes before: animatic",
    ]


def test_paper_mode_says_that_it_writes_one_draft(tmp_path: Path) -> None:
    ours = settings(tmp_path, mode="paper")
    wish = understood("3 drafts about kittens", ours)
    assert wish.settings == ours
    assert "paper mode writes one draft, not 3" in wish.inputs[TOLD]


def test_words_of_a_request_name_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="can name a folder"):
        understood(f"{KITTENS}, render it with ltx=/etc", settings(tmp_path))


def test_terms_are_found_in_whatever_order_they_stand() -> None:
    plain, terms = all_terms("make a 10 second clip about rain, render with animatic, in german, 2 drafts")
    assert plain == "make a clip about rain"
    assert (terms.renderer, terms.language, terms.length, terms.count) == ("animatic", "german", "10 second", 2)


@pytest.mark.parametrize(
    ("request_text", "plain", "length", "count", "renderer"),
    [
        ("a 45s reel on bread ovens", "a reel on bread ovens", "45s", 0, ""),
        ("Erstelle ein Video über Bienen, 8 Sekunden lang", "Erstelle ein Video über Bienen", "8 Sekunden", 0, ""),
        ("Faça um vídeo sobre capoeira com 10 segundos", "Faça um vídeo sobre capoeira", "10 segundos", 0, ""),
        ("Mach drei Entwürfe über Fahrräder", "Mach drei Entwürfe über Fahrräder", "", 3, ""),
        ("Fais une vidéo sur les phares et rends-la avec ltx", "Fais une vidéo sur les phares", "", 0, "ltx"),
    ],
)
def test_a_term_is_read_and_nothing_of_it_stays_in_the_request(
    request_text: str, plain: str, length: str, count: int, renderer: str
) -> None:
    left, terms = all_terms(request_text)
    assert (left, terms.length, terms.count, terms.renderer) == (plain, length, count, renderer)


@pytest.mark.parametrize(
    ("request_text", "plain", "named"),
    [
        ("Haz un vídeo vertical sobre gatos", "Haz un vídeo sobre gatos", {"shape": "vertical"}),
        ("fais une vidéo au format carré sur les chats", "fais une vidéo sur les chats", {"shape": "square"}),
        ("Erstelle ein Hochformat-Video über Katzen", "Erstelle ein Video über Katzen", {"shape": "vertical"}),
        ("Faça um vídeo quadrado sobre o mar", "Faça um vídeo sobre o mar", {"shape": "square"}),
        ("Crea un video sui gatti con musica", "Crea un video sui gatti", {"sound": "music"}),
        ("做一个竖屏视频，关于猫", "做一个视频，关于猫", {"shape": "vertical"}),
        ("做一个关于猫的视频配上音乐", "做一个关于猫的视频", {"sound": "music"}),
        ("用旁白做一个关于海的视频", "做一个关于海的视频", {"sound": "voice-over"}),
        ("正方形の寿司の動画を音楽付きで作って", "寿司の動画を作って", {"shape": "square", "sound": "music"}),
        ("고양이에 대한 세로 영상 만들어줘", "고양이에 대한 영상 만들어줘", {"shape": "vertical"}),
        ("बिल्लियों पर एक वर्टिकल वीडियो बनाओ", "बिल्लियों पर एक वीडियो बनाओ", {"shape": "vertical"}),
        ("اصنع فيديو مربع عن القهوة مع موسيقى", "اصنع فيديو عن القهوة", {"shape": "square", "sound": "music"}),
        ("Сделай горизонтальный ролик про Альпы", "Сделай ролик про Альпы", {"shape": "horizontal"}),
        ("Сделай видео про море с озвучкой", "Сделай видео про море", {"sound": "voice-over"}),
        ("Kediler hakkında dikey bir video yap", "Kediler hakkında bir video yap", {"shape": "vertical"}),
        ("Làm video vuông về phở có nhạc", "Làm video về phở", {"shape": "square", "sound": "music"}),
        ("Buat video tentang kopi dengan musik", "Buat video tentang kopi", {"sound": "music"}),
        ("ทำวิดีโอแนวตั้งเกี่ยวกับแมว", "ทำวิดีโอเกี่ยวกับแมว", {"shape": "vertical"}),
        (
            "Haz un vídeo sobre el mar con música y voz en off",
            "Haz un vídeo sobre el mar",
            {"sound": "voice-over and music"},
        ),
        (
            "a tacos clip with upbeat music and a female voice",
            "a tacos clip",
            {"sound": "music and female voice"},
        ),
        ("make a 4k 60fps video about waves", "make a video about waves", {"beyond": "4k 60fps"}),
        ("video about bread with subtitles", "video about bread", {"beyond": "with subtitles"}),
    ],
)
def test_shape_and_sound_are_read_in_every_language(request_text: str, plain: str, named: dict[str, str]) -> None:
    assert all_terms(request_text) == (plain, Terms(**named))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "request_text",
    [
        "Haz un vídeo sobre un jardín vertical",
        "Haz un vídeo de gente bailando con música en la calle",
        "Un video sobre baile y música",
        "做一个关于舞蹈和音乐的视频",
        "縦笛の動画を作って",
        "세로토닌에 대한 영상 만들어줘",
        "한강의 세 친구 영상",
        "видео про вертикальный взлёт",
        "Kare bulmaca videosu yap",
        "ทำวิดีโอเกี่ยวกับดนตรีไทย",
        "a male voice choir",
        "how to get a female voice in a choir",
    ],
)
def test_what_a_video_is_about_is_no_shape_and_no_sound_of_it(request_text: str) -> None:
    assert all_terms(request_text) == (request_text, Terms())


@pytest.mark.parametrize(
    "filler", ["." * 40_000, "a day at the pool in Spanish: " * 1_300, " with close friends" * 2_000]
)
def test_a_brief_of_any_length_is_read_at_its_ends(filler: str) -> None:
    brief = f"make a 10 second clip about rain. {filler}{'We love it when it rains. ' * 20}Render it with ltx, 2 drafts"
    plain, terms = all_terms(brief)
    assert (terms.length, terms.renderer, terms.count) == ("10 second", "ltx", 2)
    assert plain.startswith("make a clip about rain. ")
    assert plain.count(filler[:40]) == brief.count(filler[:40])
    assert plain.endswith("when it rains")
