"""Where things stand: file lengths, names, one paragraph of ARCHITECTURE.md per module, includes across modules."""

import re

MAX_LINES = 500
FORBIDDEN_NAMES = {"util", "utils", "common", "helper", "helpers", "manager", "misc"}
FLOORS = ("foundation", "engines", "pillars", "protocols", "programs")


def modules(root):
    """Names of the modules that the build declares."""
    text = (root / "src/CMakeLists.txt").read_text()
    return re.findall(r"^lepton_module\((\w+)", text, re.M)


def check_file(root, file):
    name = file.relative_to(root)
    lines = file.read_text().count("\n")
    if lines > MAX_LINES:
        yield f"{name}: {lines} lines, more than {MAX_LINES}: the concept wants splitting"
    words = set(re.split(r"[_\W]", file.stem)) | set(file.parent.relative_to(root).parts)
    for word in words & FORBIDDEN_NAMES:
        yield f"{name}: '{word}' names no concept"
    if file.suffix == ".h" and "#pragma once" not in file.read_text()[:200]:
        yield f"{name}: has no #pragma once"


def check_architecture(root):
    page = root / "ARCHITECTURE.md"
    text = page.read_text() if page.exists() else ""
    for module in modules(root):
        if not re.search(rf"^#+ .*`{module}`|^\*\*`{module}`\*\*", text, re.M):
            yield f"ARCHITECTURE.md: has no paragraph on the module `{module}`"


def check_folders(root):
    declared = set(modules(root))
    for floor in FLOORS:
        for folder in sorted((root / "src" / floor).glob("*/")):
            if folder.is_dir() and folder.name not in declared:
                yield f"src/{floor}/{folder.name}: is not declared in src/CMakeLists.txt"


def check(root, files):
    for file in files:
        yield from check_file(root, file)
    yield from check_architecture(root)
    yield from check_folders(root)
