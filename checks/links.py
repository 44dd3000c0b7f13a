"""Links in documents lead somewhere: files exist, anchors are headings."""

import re

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchor(heading):
    """GitHub's anchor for a heading."""
    text = re.sub(r"[`*_]", "", heading.strip().lower())
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text))


def anchors(page):
    return {anchor(line.lstrip("#")) for line in page.read_text().splitlines() if line.startswith("#")}


def check_page(root, page):
    for number, line in enumerate(page.read_text().splitlines(), 1):
        for target in LINK.findall(line):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, fragment = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            if not file.exists():
                yield f"{page.relative_to(root)}:{number}: {target} does not exist"
            elif fragment and file.suffix == ".md" and fragment not in anchors(file):
                yield f"{page.relative_to(root)}:{number}: {target} names no heading"


def check(root, pages):
    for page in pages:
        yield from check_page(root, page)
