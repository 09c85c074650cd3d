"""Reads the paper: its sentences by section, its citations, and the hashes of its eight-word runs.

    python3 tests/dataset/paper.py --list     every sentence of the body: section, number, hash, text
    python3 tests/dataset/paper.py --write    make sentences.tsv and runs.bin anew, beside this file

Neither file holds the paper's text, so the checks run where the paper is not at hand. The paper is
sought at $RELATA_PAPER, else at ../shared/paper/paper.txt beside the repository.
"""
import hashlib
import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
PAPER = pathlib.Path(os.environ.get("RELATA_PAPER", HERE.parents[2] / "shared/paper/paper.txt"))
SENTENCES, RUNS = HERE / "sentences.tsv", HERE / "runs.bin"
RUN, DIGEST = 8, 8  # words in a run, bytes of its hash

SECTIONS = ("abstract keywords §1 §2 §3 §4 §4.1 §4.2 §4.3 §5 §6 §7 §8 §8.1 §8.1.1 §8.1.2 §8.1.3 "
            "§8.2 §8.2.1 §8.2.2 §8.2.3 §9 §10 §11 references").split()

CITATION = r"\([^()]*?(?:\d{4}|n\.d\.)(?:, [A-Z][a-z]+ \d+)?\)"
# A stop after one of these ends no sentence: U.S., i.e., et al., initials, dots of omission.
ABBREVIATION = re.compile(r"(?:\bU\.S|\bi\.e|\be\.g|\bet al|\bn\.d|\b[A-Z]|\bM\.Phil|\.\.)$")
STOP = re.compile(rf"[.?!][\"'”’)]*(?:\s+{CITATION}\.?)?(?:$|\s+(?=[\"'“‘(\[]*[A-Z0-9]))")
# A paragraph that ends in one of these was cut by the end of a page, whatever begins the next.
HANGING = re.compile(r"\b(?:a|an|and|by|for|from|in|of|on|or|that|the|to|under|with)$")


def plain(text):
    """Text without markdown's marks, in single spaces; <https://...> is the address alone."""
    text = re.sub(r"<(https?:[^\s<>]*)>", r"\1", text)
    return " ".join(re.sub(r"[*\\]|^#+ ", "", text, flags=re.M).split())


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def split(paragraph):
    """The sentences of a paragraph; a citation in brackets after the stop belongs to what it supports."""
    start = 0
    for stop in STOP.finditer(paragraph):
        if not ABBREVIATION.search(paragraph[:stop.start()]) or paragraph[stop.start()] != ".":
            yield paragraph[start:stop.end()].strip()
            start = stop.end()
    if paragraph[start:]:
        yield paragraph[start:]


def paragraphs(text):
    """(section, is_heading, text) of the body, with what the ends of pages broke joined again."""
    section, out = None, []
    for block in re.split(r"\n\s*\n", text):
        heading, block = block.lstrip().startswith("#"), plain(block)
        if heading and block == "References":
            return out
        if heading and (block == "ABSTRACT" or (number := re.match(r"\d+(\.\d+)*", block))):
            section = "abstract" if block == "ABSTRACT" else "§" + number[0]
            out.append((section, True, block))
        elif section and block:
            section = "keywords" if block.startswith("Keywords:") else section
            before = out[-1]
            if not before[1] and (block[0] == "(" or block[0].islower() or HANGING.search(before[2])):
                out[-1] = (before[0], False, before[2] + " " + block)
            else:
                out.append((section, False, block))
    raise ValueError("the paper has no list of references")


def sentences(text):
    """(section, number, hash, sentence) of the body; a heading is number 0 of its section."""
    number = 0
    for section, heading, paragraph in paragraphs(text):
        if heading or section == "keywords":
            number = 0
        for sentence in [paragraph] if heading else split(paragraph):
            number += not heading
            yield section, number, digest(sentence), sentence


def citations(text):
    """(section, 'Surname et al., 2023') of every work cited in brackets in the body."""
    for section, _, _, sentence in sentences(text):
        for found in re.findall(CITATION, sentence):
            if re.search(r", (?:\d{4}|n\.d\.)", found):
                yield section, found[1:-1]


def runs(text):
    """The hashes of all runs of eight words: lower-cased, points and apostrophes within a word dropped."""
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=\w)[.'’](?=\w)", "", plain(text).lower()))
    for i in range(len(words) - RUN + 1):
        run = " ".join(words[i:i + RUN])
        yield hashlib.sha256(run.encode()).digest()[:DIGEST], run


def stored_sentences():
    rows = [line.split("\t") for line in SENTENCES.read_text(encoding="utf-8").splitlines()[1:]]
    return [(section, int(number), hash_) for section, number, hash_ in rows]


def stored_runs():
    data = RUNS.read_bytes()
    return {data[i:i + DIGEST] for i in range(0, len(data), DIGEST)}


def packed_runs(text):
    return b"".join(sorted({hash_ for hash_, _ in runs(text)}))


def read():
    """The paper's text, or None where it is not at hand."""
    return PAPER.read_text(encoding="utf-8") if PAPER.exists() else None


def main(option):
    text = read()
    if text is None:
        sys.exit(f"paper.py: there is no paper at {PAPER}")
    rows = list(sentences(text))
    if option == "--list":
        for row in rows:
            print(*row, sep="\t")
    elif option == "--write":
        lines = ["section\tsentence\thash"] + [f"{s}\t{n}\t{h}" for s, n, h, _ in rows]
        SENTENCES.write_text("\n".join(lines) + "\n", encoding="utf-8")
        RUNS.write_bytes(packed_runs(text))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) == 2 else "")
