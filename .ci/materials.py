"""What a release is made of: a bill of materials (CycloneDX 1.6), and the licences of all crates in it as one text.

materials.py BOM.json LICENCES.txt [CARGO-METADATA-ARGUMENT]...
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tomllib

bom_file, licences_file, *arguments = sys.argv[1:]
metadata = json.loads(subprocess.run(
    ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu", *arguments],
    check=True, capture_output=True).stdout)
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
locked = {(package["name"], package["version"]): package.get("checksum")
          for package in tomllib.loads(pathlib.Path("Cargo.lock").read_text())["package"]}
root = metadata["resolve"]["root"]


def linked(node):
    """What a crate links: neither what builds it nor what tests it."""
    return [dep["pkg"] for dep in nodes[node]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]


inside, waiting = {root}, [root]
while waiting:
    for dep in linked(waiting.pop()):
        if dep not in inside:
            inside.add(dep)
            waiting.append(dep)
crates = sorted((packages[id] for id in inside if id != root), key=lambda crate: (crate["name"], crate["version"]))


def purl(crate):
    return f"pkg:cargo/{crate['name']}@{crate['version']}"


def component(crate, kind="library"):
    entry = {"type": kind, "bom-ref": purl(crate), "name": crate["name"], "version": crate["version"], "purl": purl(crate)}
    if crate["license"]:
        entry["licenses"] = [{"expression": crate["license"].replace("/", " OR ")}]
    checksum = locked.get((crate["name"], crate["version"]))
    if checksum:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if crate["repository"]:
        entry["externalReferences"] = [{"type": "vcs", "url": crate["repository"]}]
    return entry


bom = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "metadata": {"component": component(packages[root], "application")},
    "components": [component(crate) for crate in crates],
    "dependencies": [{"ref": purl(packages[id]), "dependsOn": sorted(purl(packages[dep]) for dep in set(linked(id)))}
                     for id in sorted(inside, key=lambda id: purl(packages[id]))],
}
pathlib.Path(bom_file).write_text(json.dumps(bom, indent=1) + "\n")

# One text for all crates that have it word by word.
texts = {}
for crate in crates:
    folder = pathlib.Path(crate["manifest_path"]).parent
    names = [path for path in sorted(folder.iterdir())
             if path.is_file() and path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT"))]
    for path in names:
        text = path.read_text(errors="replace").strip()
        key = hashlib.sha256(" ".join(text.split()).encode()).digest()
        texts.setdefault(key, (text, []))[1].append(f"{crate['name']} {crate['version']}")
with open(licences_file, "w") as out:
    out.write("What pullquote is built on, under which licences, and what these say.\n\n")
    for crate in crates:
        out.write(f"{crate['name']} {crate['version']}  {crate['license'] or 'see below'}  {crate['repository'] or ''}\n".rstrip() + "\n")
    for text, of in texts.values():
        out.write(f"\n{'-' * 100}\n{', '.join(sorted(set(of)))}\n\n{text}\n")
print(f"{len(crates)} crates, {len(texts)} texts of licences")
