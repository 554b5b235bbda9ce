"""Reads which modules of a Rust crate, or of the web client, use which, and finds circles
between them.

A module is a file. A file uses another if a path in its code leads to it, in a `use` or
elsewhere. A re-exported name belongs to the file that defines it. A `pub use` and the
code of tests count as no use. In TypeScript, an `import` of a type is a use as well."""

import re

RE_EXPORT = re.compile(r"\bpub(?:\([^)]*\))?\s+use\s+([^;]+);")
USE = re.compile(r"\buse\s+([^;]+);")
IN_MODULE = re.compile(r"\bpub\(in [^)]*\)")
PATH = re.compile(r"(?<![\w:])\w+(?:::\w+)+")
NAME = re.compile(r"(?<![\w:])\w+(?!\w|::)")
# Comments, then literals, which may contain braces: raw and plain strings, and characters.
NO_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|r(#*)".*?"\1|"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'""", re.DOTALL
)
# The module of an `import` or `export … from`, of this client or of a package.
IMPORT = re.compile(r"""\b(?:from|import)\s*\(?\s*['"]([.#][^'"]*)['"]""")
TEST = re.compile(r"#\[cfg\(test\)\]")


def code_of(path):
    """The code of a file, without comments, literals and tests."""
    code = NO_CODE.sub('""', path.read_text())
    while test := TEST.search(code):
        code = code[:test.start()] + code[end_of_item(code, test.end()):]
    return code


def end_of_item(code, start):
    """Where the item that begins at `start` ends: after its `;`, or its last brace."""
    depth = 0
    for at in range(start, len(code)):
        if code[at] in "{([":
            depth += 1
        elif code[at] in "})]":
            depth -= 1
        if depth == 0 and code[at] in ";}":
            return at + 1
    return len(code)


def paths_of(tree, before=()):
    """The paths of a `use`, each with the name that it gives: `a::b` and `a::c as d` of
    `a::{b, c as d}`."""
    tree = tree.strip()
    group = re.fullmatch(r"([\w:]*?)(?:::)?\{(.*)\}", tree, re.DOTALL)
    if not group:
        path, _, name = tree.partition(" as ")
        path = [part.strip() for part in path.split("::")]
        if path[-1] == "self" and (before or path[1:]):
            path.pop()
        path = (*before, *path)
        yield path, name.strip() or path[-1]
        return
    before = (*before, *(part.strip() for part in group[1].split("::") if part))
    depth, item = 0, ""
    for character in group[2] + ",":
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            if item.strip():
                yield from paths_of(item, before)
            item = ""
        else:
            item += character


class Crate:
    """The modules of a library, whose files are in `source`. A module is named by its path: `lib.rs`
    by the empty path, `a/b.rs` by `("a", "b")`."""

    def __init__(self, source):
        self.files = {}
        for path in sorted(source.rglob("*.rs")):
            module = path.relative_to(source).with_suffix("").parts
            if module[0] not in ("main", "bin"):
                self.files[() if module == ("lib",) else module] = path
        self.code = {module: code_of(path) for module, path in self.files.items()}
        self.re_exports = {
            module: {
                name: path
                for tree in RE_EXPORT.findall(code)
                for path, name in paths_of(tree)
            }
            for module, code in self.code.items()
        }

    def target(self, module, path, seen=()):
        """The module that defines what this path means in a module, or none of this crate."""
        first, *rest = path
        if first == "crate":
            at = ()
        elif first == "self":
            at = module
        elif first == "super":
            at = module[:-1]
            while rest and rest[0] == "super":
                at, rest = at[:-1], rest[1:]
        elif (*module, first) in self.files:
            at = (*module, first)
        elif first in self.re_exports[module]:
            at, rest = module, path
        else:
            return None
        for index, part in enumerate(rest):
            if (*at, part) in self.files:
                at = (*at, part)
                continue
            exported = self.re_exports[at].get(part)
            if exported and (at, part) not in seen:
                further = (*exported, *rest[index + 1:])
                return self.target(at, further, (*seen, (at, part))) or at
            break
        return at

    def uses(self, module):
        """The other modules that a module uses."""
        code = IN_MODULE.sub("", RE_EXPORT.sub("", self.code[module]))
        paths = [path for tree in USE.findall(code) for path, _ in paths_of(tree)]
        code = USE.sub("", code)
        paths += [tuple(path.split("::")) for path in PATH.findall(code)]
        paths += [(name,) for name in set(NAME.findall(code)) & set(self.re_exports[module])]
        return {self.target(module, path) for path in paths} - {None, module}

    def circles(self):
        return circles({module: self.uses(module) for module in self.files})


def circles_of_client(source):
    """The circles between the files of the web client in `source`."""
    files = {
        path.relative_to(source).parts: path
        for path in source.rglob("*.ts*")
        if "gen" not in path.parts and ".test." not in path.name
    }
    names = {(*at[:-1], at[-1].rsplit(".", 1)[0]): at for at in files}
    uses = {at: set() for at in files}
    for at, path in files.items():
        for used in IMPORT.findall(path.read_text()):
            folder = [] if used.startswith("#") else [*at[:-1]]
            for part in used.removeprefix("#").split("/"):
                if part == "..":
                    folder.pop()
                elif part != ".":
                    folder.append(part)
            if tuple(folder) in names:
                uses[at].add(names[tuple(folder)])
    return circles(uses)


def circles(uses):
    """The circles of such modules, each with its modules, which all reach each other, and the
    modules of the circle that each of them uses."""
    reached = {module: reachable(uses, module) for module in uses}
    found = {
        tuple(sorted(other for other in reached[module] if module in reached[other]))
        for module in uses
        if module in reached[module]
    }
    return [
        {module: sorted(uses[module] & set(circle)) for module in circle}
        for circle in sorted(found)
    ]


def reachable(uses, module):
    """The modules that a module reaches by one use or more."""
    reached, todo = set(), [module]
    while todo:
        further = uses[todo.pop()] - reached
        reached |= further
        todo += further
    return reached
