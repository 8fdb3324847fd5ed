"""Two thousand lines of many scripts, made here: what tokenizers are compared on. The same every time."""

from __future__ import annotations

import random

SENTENCES = (
    "What is in this picture? A red kite over the old harbour.", "Don't you think it's 3,5 or 4.75 metres? I'd've said so!", "Was siehst du auf dem Bild? Größe, Straße, Übung, Fußgängerüberweg.",
    "Que voit-on sur l'image ? Élève, forêt, garçon, cœur, Noël.", "¿Qué hay en la imagen? El niño come piña mañana.", "O que há na fotografia? Coração, pão, avó e avô.",
    "Cosa c'è nell'immagine? Perché no, città e virtù.", "Wat staat er op de foto? Eén ijsbeer, twee reeën.", "Hvad er der på billedet? Æble, ø og å.", "Mitä kuvassa näkyy? Hääyöaie ja pöytä.",
    "Co jest na zdjęciu? Zażółć gęślą jaźń.", "Co je na obrázku? Příliš žluťoučký kůň úpěl.", "Mi látható a képen? Árvíztűrő tükörfúrógép.", "Resimde ne var? Işık, ığdır, İstanbul, çağrı.",
    "Что на картинке? Красный круг и съешь ещё этих булок.", "Що на світлині? Їжак, ґанок, єдність.", "Τι υπάρχει στην εικόνα; Ξεσκεπάζω την ψυχοφθόρα.", "ماذا يوجد في الصورة؟ قطة صغيرة على السجادة، ١٢٣.",
    "در تصویر چه می‌بینید؟ گربه‌ای روی فرش، ۴۵۶.", "מה יש בתמונה? חתול קטן על השטיח.", "चित्र में क्या है? एक छोटी बिल्ली और क्षत्रिय।", "ছবিতে কী আছে? একটি ছোট বিড়াল।", "படத்தில் என்ன இருக்கிறது? ஒரு பூனை.",
    "చిత్రంలో ఏముంది? ఒక పిల్లి.", "ในภาพมีอะไร แมวตัวเล็กบนพรม", "ຮູບນີ້ມີຫຍັງ ແມວ", "ပုံထဲမှာ ဘာရှိလဲ ကြောင်", "រូបភាពមានអ្វី ឆ្មា", "სურათზე რა არის? პატარა კატა.", "Ի՞նչ կա նկարում: Փոքր կատու։",
    "በምስሉ ውስጥ ምን አለ? ትንሽ ድመት።", "图片里有什么？一只小猫坐在地毯上。", "圖片裡有什麼？龍、鬱、龜、𠮷野家。", "写真には何がありますか。小さな猫ｶﾀｶﾅとｆｕｌｌ　ｗｉｄｔｈ。", "사진에 무엇이 있습니까? 작은 고양이, 뷁.", "Trong ảnh có gì? Một con mèo nhỏ, nghiêng nghiêng.",
    "🐈 and 👩‍👩‍👧‍👦, 🏳️‍🌈, 👍🏽, 🇫🇷🇯🇵, 1️⃣, ❤️ ☕️", "∑ᵢ xᵢ² ≤ ∫₀^∞ e^{-t²} dt ≈ √π/2, ℝ ⊂ ℂ, ∀ε∃δ", "e\u0301 a\u0308 o\u0302 n\u0303 and é ä ô ñ, ﬁ ﬂ ﬀ, ① ½ ™", "Z\u0351\u036b\u0343\u036aa\u0302\u035el\u0308g\u030ao",
    "<|im_start|> <image> </s> <s> [INST] <|endoftext|> <unk>", "def f(x: int) -> str:\n    return f\"{x!r:>10}\"  # comment", "for (int i = 0; i < n; ++i) { sum += a[i] * b[i]; }", "SELECT id, name FROM cats WHERE age >= 3 AND name LIKE '%a_%';",
    "{\"key\": [1, 2.5e-3, null, true], \"nested\": {\"a\\\\b\": \"\\u00e9\"}}", "https://example.org/a/b?c=d&e=%20f#g user.name+tag@example.org", "C:\\Users\\name\\file.txt && rm -rf ./build/*.o | grep -v '^#'",
    "x\t\ty   z\u00a0\u00a0w\u2003v\u3000u\u200bt\ufeffs", "   leading and trailing   ", "line one\r\nline two\rline three\n\n\nline six", "1234567890 12,345,678.90 0xDEADBEEF 3.14159 ٣٫١٤ ௧௨௩", "ALLCAPS camelCaseWords snake_case_words kebab-case-words", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "...!!!???---===***###",
    "I'm you're he'll we'd they've it's I'M YOU'RE IT'S", "\u202eright to left mark\u202c and \u2066isolates\u2069", "\x00\x01\x07 control \x1b[31m characters \x7f\u0085",
)
BLOCKS = ((0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1E00, 0x1EFF), (0x2000, 0x206F),
          (0x2190, 0x22FF), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x1F300, 0x1F64F), (0x1F900, 0x1F9FF), (0x20000, 0x2A6DF), (0x10330, 0x1034A))


def lines(count: int = 2000) -> list[str]:
    source = random.Random(20)
    made = list(SENTENCES)
    while len(made) < count:
        kind = source.randrange(4)
        if kind == 0:  # pieces of several languages put together, spaces or not
            made.append(source.choice(("", " ", "  ", "\n", " – ")).join(piece(source) for _ in range(source.randint(2, 5))))
        elif kind == 1:  # words shuffled
            words = (source.choice(SENTENCES) + " " + source.choice(SENTENCES)).split(" ")
            source.shuffle(words)
            made.append(" ".join(words))
        elif kind == 2:  # any letters of one block
            low, high = source.choice(BLOCKS)
            made.append("".join(chr(source.randint(low, high)) for _ in range(source.randint(1, 40))))
        else:  # numbers, punctuation and blanks among words
            made.append("".join(source.choice((piece(source), str(source.randint(0, 10 ** source.randint(1, 9))), source.choice("\t\n ,.;:!?()[]{}'\"-_/\\@#$%&*+=<>|~^`"),
                                               " " * source.randint(1, 9))) for _ in range(source.randint(2, 9))))
    return made


def piece(source: random.Random) -> str:
    sentence = source.choice(SENTENCES)
    begin = source.randrange(len(sentence))
    return sentence[begin : begin + source.randint(1, 30)]
