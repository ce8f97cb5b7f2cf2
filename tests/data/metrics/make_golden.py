"""Makes golden.json: what sacreBLEU and jiwer say about the segments below.

    pip install sacrebleu==2.6.0 jiwer==4.0.0
    python make_golden.py > golden.json

A segment is [prediction, reference, ...]. `bleu` and `chrf` are of the segment as a corpus of one; `wer` and
`cer` (percent, against the first reference alone) are absent where jiwer cuts words at other places than
str.split does. `corpora` are values of slices of the segments with all their references.
"""
import json
import sys

import jiwer
import sacrebleu
from sacrebleu.metrics import BLEU, CHRF

COMMAND = "python make_golden.py > golden.json"

SEGMENTS = [
    ["The cat sat on the mat.", "The cat sat on the mat."],
    ["The cat sat on mat.", "The cat sat on the mat."],
    ["the cat sat on the mat", "The cat sat on the mat."],
    ["The the the the the the the.", "The cat is on the mat.", "There is a cat on the mat."],
    ["It is a guide to action which ensures that the military always obeys the commands of the party",
     "It is a guide to action that ensures that the military will forever heed Party commands",
     "It is the guiding principle which guarantees the military forces always being under the command of the "
     "Party",
     "It is the practical guide for the army always to heed the directions of the party"],
    ["It is to insure the troops forever hearing the activity guidebook that party direct",
     "It is a guide to action that ensures that the military will forever heed Party commands",
     "It is the guiding principle which guarantees the military forces always being under the command of the "
     "Party"],
    ["", "Nothing was said."],
    ["", "", "or nothing"],
    ["something was said", ""],
    ["   ", "only blanks"],
    ["no", "overlap whatsoever here"],
    ["word", "word"],
    ["word", "other"],
    ["two words", "two words"],
    ["three words here", "three words here"],
    ["exactly four words here", "exactly four words there"],
    ["Prices rose 3.5% to $1,234.56 in 2019-2020.", "Prices rose by 3.5 % to $1,234.56 in 2019-2020."],
    ["1,000,000.00 and .5 and 5. and 1.2.3", "1,000,000.00 and 0.5 and 5 and 1.2.3"],
    ["Wait... what?! No,no,no.", "Wait ... what ?! No, no, no."],
    [".,.,., ,.,.", "., ., ,., ..,"],
    ["He said: \"Hello!\" (and left).", "He said: 'Hello!' (and left)."],
    ["Tom &amp; Jerry &lt;b&gt; &quot;quoted&quot;", "Tom & Jerry <b> \"quoted\""],
    ["&amp;lt; &amp;quot; &apos;", "< &quot; '"],
    ["a <skipped> b<skipped>c", "a b c"],
    ["a line-\nbreak and\nanother", "a linebreak and another"],
    ["ends with a dash -\n", "ends with a dash -"],
    ["tabs\tand  many   blanks", "tabs and many blanks"],
    ["non\u00a0breaking\u3000spaces\u2003here", "non breaking spaces here"],
    ["control\u001fseparators\u0085too", "control separators too"],
    ["zero\u200bwidth is no space", "zero width is no space"],
    ["state-of-the-art twenty-2-one 3-day", "state-of-the-art twenty - 2 - one 3 - day"],
    ["don't can't it's O'Neill's", "do n't ca n't it 's O'Neill 's"],
    ["http://example.org/a_b?c=d&e=f#g", "http://example.org/a_b?c=d"],
    ["user@example.org [1] {2} |3| ~4~ ^5^ `6`", "user@example.org [1] {2} |3| ~4~ ^5^ '6'"],
    ["Größe über Maß: 5,5 €", "Größe über Maß: 5.5 €", "Größe über alles: 5,5 €"],
    ["naïve café résumé", "naive cafe resume"],
    ["nai\u0308ve cafe\u0301", "naïve café"],
    ["Москва — столица России.", "Москва является столицей России."],
    ["猫が座った。", "猫がマットに座った。"],
    ["我喜欢,猫.", "我喜欢猫。"],
    ["고양이가 앉았다", "고양이가 매트에 앉았다"],
    ["مرحبا بالعالم", "مرحبا يا عالم"],
    ["नमस्ते दुनिया", "नमस्ते संसार"],
    ["\U0001f600 smile \U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f600 smile \U0001f468"],
    ["«Citation», dit-il… 10–20", "« Citation », dit-il ... 10-20"],
    ["AH0 B AW1 T", "AH0 B AW1 T", "AH2 B AW1 T"],
    ["K AA1 T", "K AE1 T", "K AE1 T S"],
    ["M UW1 V IY0", "M UW1 V IH0 NG", "M UW1 V"],
    ["a b c d e f g h i j", "j i h g f e d c b a"],
    ["a a a a b b", "a b a b a b", "b b b b a a"],
    ["short", "a far longer reference than the prediction ever was, by many words indeed"],
    ["a far longer prediction than the reference ever was, by many words indeed", "short"],
    ["same length here", "four words are here", "two here", "a b c", "now five words are here"],
    ["x", "xy", "yx", "xx"],
    ["abcde", "abcdef"],
    ["abcdefg", "abcdefgh", "abcdef"],
    ["ab", "a b"],
    ["Mr. Smith went to Washington, D.C., at 5 p.m.", "Mr. Smith went to Washington D.C. at 5 p.m."],
    ["-5 -3.2 +7 5-", "-5 - 3.2 + 7 5 -"],
    ["A man is riding a horse on the beach.", "A man rides a horse along the beach.",
     "Someone is riding a horse on a beach.", "A person on horseback by the sea."],
    ["'single' ''double'' `back`", "'single' \"double\" 'back'"],
    ["50%+ off*; buy=now\\later", "50 % + off * ; buy = now \\ later"],
    ["UPPER lower MiXeD", "upper LOWER mixed"],
    ["one two three four five six seven eight nine ten", "one two three four five six seven eight nine ten"],
]


def score(metric, segments):
    most = max(len(s) for s in segments)
    columns = [[s[i] if i < len(s) else None for s in segments] for i in range(1, most)]
    return metric.corpus_score([s[0] for s in segments], columns).score


def main():
    bleu, chrf = BLEU(), CHRF()
    segments = []
    for s in SEGMENTS:
        out = {"text": s, "bleu": score(bleu, [s]), "chrf": score(chrf, [s])}
        if s[1].strip() and all(t == " ".join(t.split()) for t in s[:2]):
            out["wer"] = 100 * jiwer.wer(s[1], s[0])
            out["cer"] = 100 * jiwer.cer(s[1], s[0])
        segments.append(out)
    corpora = []
    for first, last, step in [(0, len(SEGMENTS), 1), (0, len(SEGMENTS), 2), (1, len(SEGMENTS), 3), (6, 16, 1),
                              (16, 34, 1), (34, 45, 1), (6, 10, 1), (45, len(SEGMENTS), 1)]:
        part = SEGMENTS[first:last:step]
        corpora.append({"first": first, "last": last, "step": step, "bleu": score(bleu, part),
                        "chrf": score(chrf, part)})
    signatures = [f"sacrebleu {sacrebleu.__version__}: {bleu.get_signature()}; {chrf.get_signature()}",
                  "jiwer 4.0.0: wer, cer"]
    lines = lambda items: ",\n".join(json.dumps(i, ensure_ascii=False) for i in items)
    sys.stdout.write(f'{{"origin": {json.dumps(signatures)}, "command": {json.dumps(COMMAND)},\n'
                     f'"segments": [\n{lines(segments)}\n],\n"corpora": [\n{lines(corpora)}\n]}}\n')


main()
