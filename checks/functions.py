"""Functions stay short. Reads clang-formatted code, where a body closes at the indent its signature has."""

import re

MAX_LINES = 70
# A line that opens a body: a signature's end, not a class, namespace, enum or initializer.
OPENS = re.compile(r"^(?P<indent> *)(?!.*\b(class|struct|namespace|enum|union|extern)\b)\S.*[)\w>] \{$|^(?P<indent2> *)\S.*\) (const |noexcept |override )*\{$")


def function_lengths(text):
    """Yields (line number, length) of each outermost brace block that looks like a function."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        match = OPENS.match(lines[at])
        if not match or "(" not in lines[at] and not continues_signature(lines, at):
            at += 1
            continue
        indent = match.group("indent") if match.group("indent") is not None else match.group("indent2")
        if lines[at].lstrip().startswith(":"):  # a constructor's initializers stand 4 deeper than its body closes
            indent = indent[:-4]
        end = next((i for i in range(at + 1, len(lines)) if re.match(rf"^{indent}\}}", lines[i])), None)
        if end is None:
            at += 1
            continue
        yield at + 1, end - at + 1
        at = end + 1


def continues_signature(lines, at):
    return any("(" in line for line in lines[max(0, at - 4):at])


def check(root, files):
    for file in files:
        for line, length in function_lengths(file.read_text()):
            if length > MAX_LINES:
                yield f"{file.relative_to(root)}:{line}: a function of {length} lines, more than {MAX_LINES}"
