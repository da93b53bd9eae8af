"""The offline drafter's reading of requests: what is asked for, and what it can be shortened to."""

import pytest
from popcorn.agent.models.offline.chance import Chance
from popcorn.agent.models.offline.characters import clean, clipped
from popcorn.agent.models.offline.shortening import shortened
from popcorn.agent.models.offline.subject import Kind, read_subject
from popcorn.agent.models.offline.titles import possible_titles
from popcorn.graphs.create.request.command import take_apart
from popcorn.graphs.create.request.language import language_of
from popcorn.graphs.create.request.words import article_for, base_of, gerund


@pytest.mark.parametrize(
    ("request_text", "idea"),
    [
        ("Make a video about the harvest of olives in Crete.", "the harvest of olives in Crete"),
        ("Could you please make me a short, cute 3-second vertical video of a cat on a piano?", "a cat on a piano"),
        ("Highlight films that changed how we see the sea", "films that changed how we see the sea"),
        ("Discuss how tides work in a funny style", "how tides work"),
        ("film noir lighting", "film noir lighting"),
        ("Make a video game trailer", "a video game trailer"),
        ("create video of sunrise over mountains", "sunrise over mountains"),
        ("Show the best of Lisbon in 3 seconds.", "the best of Lisbon"),
        ("Create a video", "Create a video"),
        ("promote our small candle shop's autumn collection", "our small candle shop's autumn collection"),
        ("i run a small bakery and want something funny about croissants", "croissants"),
        ("We sell handmade soap, could you make a promo for it", "handmade soap"),
        ("I own a gym in Leeds. Make a clip about our 6am class. Keep it short.", "our 6am class"),
        ("make a video about kittens and render it with ltx", "kittens"),
        ("an advert for dog food", "dog food"),
        ("Hi! I sell handmade earrings. Can you make something pretty for my shop?", "handmade earrings"),
        ("I have an idea for a video. It's about a turtle who delivers mail.", "a turtle who delivers mail"),
        ("need a hook for my video about sourdough", "sourdough"),
        ("let people know that our cafe is dog friendly now", "our cafe is dog friendly now"),
        ("Please generate a high quality 9:16 video showing a cozy cabin", "a cozy cabin"),
        ("Make a 15-second ad for Oatly that shows a cow on vacation", "Oatly: a cow on vacation"),
        ("A cat wearing sunglasses, cinematic, 4k", "A cat wearing sunglasses"),
        ("#catsoftiktok funny cats https://example.com/x", "funny cats"),
        ('"To be or not to be" performed by ducks', '"To be or not to be" performed by ducks'),
        ("Explain to me why the sky is blue", "why the sky is blue"),
        ("Would you try pickle ice cream?", "Would you try pickle ice cream?"),
        ("Would you try something silly about pickles?", "pickles"),
        (
            "I'm a wedding photographer in Leeds. I need a reel that gets me bookings.",
            "a wedding photographer in Leeds",
        ),
        ("hi! we're a family-run pizzeria, could u make smth about our new pizza 🍕", "our new pizza 🍕"),
        ("we've just opened a bookshop in Ghent and would love a teaser", "a bookshop in Ghent"),
        ("i own a nail salon and need a short vid for valentine's day", "a nail salon: valentine's day"),
        ("make a vidoe abuot hwo to tie a tie", "how to tie a tie"),
        ("Get people to sign up for our 5k charity run in Bristol", "our 5k charity run in Bristol"),
        ("Tell my followers that the shop is closed on Monday", "the shop is closed on Monday"),
        ("explain inflation to a 5 year old", "inflation"),
        ("explain like I'm five: how does bitcoin work?", "how does bitcoin work?"),
        ("a video that makes people want to visit Tbilisi", "visit Tbilisi"),
        ("can you do a 15-second ad for my lemonade stand, please?", "my lemonade stand"),
        ("Reel idea - unboxing of a vintage Game Boy", "unboxing of a vintage Game Boy"),
        ("the fall of the Berlin Wall explained", "the fall of the Berlin Wall"),
        ("Kannst du bitte ein Reel für meine Yogaschule machen?", "meine Yogaschule"),
        ("peux-tu créer une courte vidéo qui montre Marseille la nuit ?", "Marseille la nuit"),
        ("Ich habe ein Café und brauche ein Video für unser Frühstück", "unser Frühstück"),
        ("нужен рилс для нашей кофейни", "для нашей кофейни"),
        ("فيديو قصير يوضح كيفية صنع الحمص", "كيفية صنع الحمص"),
        ("मेरे लिए दिल्ली की चाट पर एक वीडियो बनाओ", "दिल्ली की चाट"),
        ("ทำวิดีโอเกี่ยวกับตลาดน้ำในกรุงเทพ", "ตลาดน้ำในกรุงเทพ"),
        ("kahve falı videosu lazım", "kahve falı"),
        ("mình muốn quảng cáo quán trà sữa của mình", "quán trà sữa của mình"),
        ("제주도 여행 영상 두 개 만들어 줘", "제주도 여행"),
        ("my dog wants a treat every morning", "my dog wants a treat every morning"),
        ("Could somebody please film what happens in a bakery", "what happens in a bakery"),
        (
            "we just moved from Ohio to Lisbon, make something about the first week",
            "moving from Ohio to Lisbon: the first week",
        ),
        ("make it feel like a memory: summer at the lake", "summer at the lake"),
        ("I teach piano to adults, can you create a video that gets me students", "teaching piano to adults"),
        ("Please do a video on how tides work for my 8 year old", "how tides work"),
        ("Our startup turns grounds into bricks. We want a launch video.", "Our startup turns grounds into bricks"),
        ("Kısa bir video: İstanbul'da simit satan kedi", "İstanbul'da simit satan kedi"),
        ("होली पर एक वीडियो चाहिए", "होली"),
        ("sell my homemade hot sauce to people who love spicy food", "my homemade hot sauce"),
        ("tell the world our goat cheese won gold in Lyon", "our goat cheese won gold in Lyon"),
        ("for our dentist office: a friendly reminder to floss", "our dentist office: a friendly reminder to floss"),
        ("my uncle restored a tram and we want a reel", "my uncle restored a tram"),
        ("i coach under-9 hockey and want something people will send around", "coaching under-9 hockey"),
        ("our library lends tools, can you help with a short clip?", "our library lends tools"),
        ("I have a farm and want a clip that shows our goats", "our goats"),
        ("something soothing about waves at night", "waves at night"),
        ("something showing boats about to leave", "boats about to leave"),
        ("a film that tells the story of a ferryman", "a ferryman"),
        ("a clip that shows new drivers of our fleet how to check tyres", "how to check tyres"),
        ("a video of a glass workshop, with slow close-ups of hands", "a glass workshop"),
        ("help us name our baby goat", "help us name our baby goat"),
        ("help me make a reel about tea", "tea"),
        ("we mend old clocks, please make something charming", "mending old clocks"),
        ("please share: our pony Biscuit is back", "our pony Biscuit is back"),
        ("a vidao of a robot in the rain", "a robot in the rain"),
        ("a clip for visitors that explains why bells are cracked", "why bells are cracked"),
        ("a reel for people who hate mornings", "people who hate mornings"),
        ("ma sœur tisse des paniers, il nous faut une vidéo", "ma sœur tisse des paniers"),
        ("Wir reparieren Uhren und brauchen ein kurzes Video", "wir reparieren Uhren"),
        ("Werbung für unsere Schreinerei in Graz", "unsere Schreinerei in Graz"),
        ("that friend who is always late", "that friend who is always late"),
        ("the puppets of my nighbours garden", "the puppets of my nighbours garden"),
        ("a theater in the mounatins", "a theater in the mountains"),
        ("Mach ein Video über den alten Leuchtturm", "der alte Leuchtturm"),
        ("Ein Video über einen Bären im Zoo", "ein Bär im Zoo"),
        ("Ein Video über der Stadt", "über der Stadt"),
        ("Een filmpje over de vuurtoren", "de vuurtoren"),
    ],
)
def test_the_wording_of_the_command_comes_off_and_the_idea_stays(request_text: str, idea: str) -> None:
    assert take_apart(request_text).idea == idea


@pytest.mark.parametrize(
    ("request_text", "kind", "text", "noun"),
    [
        ("Make a video of a chef preparing pho", Kind.THING, "a chef preparing pho", "a chef preparing pho"),
        ("Discuss how board games foster trust", Kind.CLAUSE, "how board games foster trust", ""),
        ("Compare how bread is baked.", Kind.CLAUSE, "how bread is baked", ""),
        ("Why are we afraid of the dark?", Kind.QUESTION, "why are we afraid of the dark", ""),
        ("a video where a dog steals a pizza", Kind.STATEMENT, "a dog steals a pizza", "a dog stealing a pizza"),
        ("two robots fall in love", Kind.STATEMENT, "two robots fall in love", "two robots falling in love"),
        ("a man is walking his goose", Kind.STATEMENT, "a man is walking his goose", "a man walking his goose"),
        ("show how to fold and iron a shirt", Kind.ACTION, "fold and iron a shirt", "folding and ironing a shirt"),
        (
            "the most thrilling sword fights in Silent Meadow",
            Kind.THING,
            "the most thrilling sword fights in Silent Meadow",
            None,
        ),
        ("lighthouse", Kind.BARE, "lighthouse", ""),
    ],
)
def test_things_actions_clauses_questions_and_statements_are_told_apart(
    request_text: str, kind: Kind, text: str, noun: str | None
) -> None:
    subject = read_subject(request_text)
    assert (subject.kind, subject.text, subject.noun) == (kind, text, text if noun is None else noun)


def test_names_keep_their_capitals_and_common_words_lose_them() -> None:
    assert read_subject("Street tacos").text == "street tacos"
    assert read_subject("Kyoto in autumn").text == "Kyoto in autumn"
    assert read_subject("Street Fighter combos").text == "Street Fighter combos"
    assert read_subject("iPhone photography tricks").text == "iPhone photography tricks"


@pytest.mark.parametrize(
    ("phrase", "short"),
    [
        (
            "the pivotal duel between Anna and Elsie from Ko-Ra-Ma!",
            "pivotal duel between Anna and Elsie from Ko-Ra-Ma!",
        ),
        (
            "the role of street lights in enhancing quiet night scenes",
            "the role of street lights in quiet night scenes",
        ),
        (
            "a plumber explains why you should never flush wipes",
            "plumber explains why you should never flush wipes",
        ),
        ("Nikola Tesla vs Thomas Edison but as street vendors", "Nikola Tesla vs Thomas Edison as street vendors"),
        ("my landlord says no pets but the raccoon on my balcony disagrees", "my landlord says no pets"),
        ("urban beekeeping on the roofs of Paris for people who fear bees", "urban beekeeping on the roofs of Paris"),
        (
            "building a luxurious wooden birdhouse with windows and curtains",
            "a wooden birdhouse with windows and curtains",
        ),
        ("stone-baked Italian flatbreads like focaccia or soft piadina", "stone-baked Italian flatbreads"),
        (
            "simple ways to bring small kindnesses into long working days",
            "bringing small kindnesses into long working days",
        ),
        (
            "the gaming habits of people who arrange an official tournament",
            "gaming habits of people who arrange a tournament",
        ),
        (
            "an evening walk focused on listening and breathing well",
            "an evening walk for listening and breathing well",
        ),
    ],
)
def test_a_phrase_too_long_for_a_title_loses_what_matters_least(phrase: str, short: str) -> None:
    assert shortened(phrase, 50) == short


def test_a_name_is_kept_whole_and_no_phrase_ends_on_a_small_word() -> None:
    text = "most dramatic rescues in The Lord of the Lighthouses trilogy for beginners"
    forms = [shortened(text, limit) for limit in range(20, 60)]
    assert "rescues in The Lord of the Lighthouses trilogy" in forms
    assert not [form for form in forms if form.split()[-1].casefold() in ("in", "of", "the", "most", "for")]
    assert not [form for form in forms if "Lord" in form and "The Lord of the Lighthouses" not in form]


@pytest.mark.parametrize(
    ("word", "article"),
    [
        ("apple", "an"),
        ("university", "a"),
        ("hour", "an"),
        ("one-pot", "a"),
        ("8-bit", "an"),
        ("NPC", "an"),
        ("tea", "a"),
    ],
)
def test_articles_follow_the_sound_of_the_word(word: str, article: str) -> None:
    assert article_for(word) == article


def test_gerunds_double_drop_and_turn_letters() -> None:
    assert [gerund(verb) for verb in ("bake", "cut", "die", "see", "dye", "clean")] == [
        "baking",
        "cutting",
        "dying",
        "seeing",
        "dyeing",
        "cleaning",
    ]
    assert base_of("Assembling", "VBG") == "assemble"
    assert base_of("morning", "VBG") == ""


@pytest.mark.parametrize(
    ("request_text", "language", "own"),
    [
        ("制作一个关于四川火锅的视频", "zh", "四川火锅"),
        ("Haz un video sobre tacos al pastor", "es", "tacos al pastor"),
        ("Erstelle ein Video über die Berliner Mauer", "de", "die Berliner Mauer"),
        ("اصنع فيديو عن القهوة العربية", "ar", "القهوة العربية"),
        ("🍕🍕", "signs", "🍕🍕"),
        ("帮我做一个关于饺子的视频", "zh", "饺子"),
        ("我开了一家小面包店，想要一个关于牛角包的搞笑视频", "zh", "牛角包"),
        ("给我的花店做一个广告", "zh", "我的花店"),
        ("餃子についての動画を作ってください", "ja", "餃子"),
        ("김치 만들기에 대한 영상을 만들어 주세요", "ko", "김치 만들기"),
        ("बिल्लियों के बारे में एक छोटा वीडियो बनाओ", "hi", "बिल्लियाँ"),
        ("বিড়াল নিয়ে একটি ভিডিও বানাও", "bn", "বিড়াল"),
        ("بلیوں کے بارے میں ایک ویڈیو بنائیں", "ur", "بلیاں"),
        ("Хочу смешной ролик про котиков", "ru", "про котиков"),
        ("Tengo una panadería y quiero un video sobre los croissants", "es", "los croissants"),
        ("J'ai une boulangerie et je veux quelque chose de drôle sur les croissants", "fr", "les croissants"),
        ("Mach ein lustiges Video über den Regen", "de", "der Regen"),
        ("Quero um vídeo engraçado de um cachorro surfando", "pt", "um cachorro surfando"),
        ("Crea un video su un gatto che dorme", "it", "un gatto che dorme"),
        ("Buatkan video tentang nasi goreng", "id", "nasi goreng"),
        ("Kediler hakkında kısa bir video yap", "tr", "Kediler"),
        ("Hãy làm một video về phở bò", "vi", "phở bò"),
        ("Cách trồng rau trên ban công nhỏ", "vi", "cách trồng rau trên ban công nhỏ"),
        ("Zrób krótki film o moim psie", "signs", "o moim psie"),
        ("Зроби коротке відео про львівську каву", "signs", "про львівську каву"),
        ("Gör en kort video om min katt", "signs", "min katt"),
        ("Mio nonno corre ancora a 80 anni", "it", "mio nonno corre ancora a 80 anni"),
        ("Minha tartaruga comeu a alface toda", "pt", "minha tartaruga comeu a alface toda"),
    ],
)
def test_other_languages_lose_their_command_and_keep_their_words(request_text: str, language: str, own: str) -> None:
    assert language_of(request_text) == language
    subject = read_subject(request_text)
    assert (subject.kind, subject.text) == (Kind.OWN_WORDS, own)


def test_english_requests_with_foreign_dishes_stay_english() -> None:
    assert language_of("tacos al pastor") == "en"
    assert language_of("Make a video of mille-feuille and crème brûlée") == "en"


@pytest.mark.parametrize(
    ("request_text", "title"),
    [
        ("Сделай видео о ёжиках", "Коротко о ёжиках"), ("Відео про їжаків", "Коротко про їжаків"),
        ("Zrób film o starej latarni morskiej", "Krótko o starej latarni morskiej"),
        ("Nakręć film o tym, dlaczego liście czerwienieją", "Dlaczego liście czerwienieją"),
        ("Сними видео о том, как рыбаки чинят сети на рассвете", "Как рыбаки чинят сети на рассвете"),
        ("Tym razem o tym się nie mówi", "Tym razem o tym się nie mówi"),
        ("Une vidéo pour présenter notre atelier de poterie", "Notre atelier de poterie"),
        ("Un vídeo para presentar nuestra panadería de barrio", "Nuestra panadería de barrio"),
        ("Por que os gatos caem sempre em pé quando caem ali?", "Por que os gatos caem sempre em pé quando caem ali"),
        ("Aviso da excursão da turma ao museu no dia 3 de maio", "Aviso da excursão da turma ao museu no dia 3"),
        ("Lost: brown hen with one white feather, last heard at the mill", "Lost: brown hen with one white feather"),
        ("a ferry that waits for one passenger; a band plays on inside it", "A ferry that waits for one passenger"),
        ("A night porter opens one more door that he had locked himself in 1990", "A night porter opens one more door"),
        ("our town hosts a soup contest on the first Sunday of the month", "Our town hosts a soup contest"),
    ],
)  # fmt: skip
def test_a_title_stands_alone_and_ends_where_a_phrase_does(request_text: str, title: str) -> None:
    first = possible_titles(read_subject(request_text), Chance(0, request_text))[0].text
    assert first.startswith(title)
    assert len(first) <= 50


def test_an_appeal_is_put_into_no_frame_for_things() -> None:
    titles = [title.text for title in possible_titles(read_subject("find our cat Miso"), Chance(0, ""))]
    assert not [title for title in titles if "look at find " in title]


def test_control_characters_and_direction_overrides_are_cleaned_away() -> None:
    assert clean("a\x00b\u202ec\n\td\ud800") == "a b c d"


def test_no_emoji_family_and_no_flag_is_torn() -> None:
    family = "👨‍👩‍👧‍👦"
    assert clipped(family * 3, len(family) + 3) == family + "…"
    assert clipped("🇫🇷🇩🇪🇮🇹", 4) == "🇫🇷…"
    assert clipped("two words here", 10) == "two words"
