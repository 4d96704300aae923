"""Writes src/ndarray/random/ziggurat.bin: the tables of NumPy's ziggurat, out of the library that NumPy installs.

Only these very numbers give NumPy's stream: they were once computed with an inexact constant, so a formula gives others.
Run: python3 tools/make_ziggurat_tables.py
"""

import pathlib
import struct
import subprocess
import tempfile

import numpy as np

TABLES = [
    (prefix + "_" + kind, 256 * (4 if kind == "float" else 8))
    for group in (("fe", "we", "ke"), ("fi", "wi", "ki"))
    for kind in ("float", "double")
    for prefix in group
]

library = pathlib.Path(np.__file__).parent / "random/lib/libnpyrandom.a"
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["ar", "x", str(library)], cwd=folder, check=True)
    file = next(pathlib.Path(folder).glob("*distributions.c.o"))
    symbols = subprocess.run(["nm", str(file)], capture_output=True, text=True, check=True).stdout.split("\n")
    places = {parts[2]: int(parts[0], 16) for parts in map(str.split, symbols) if len(parts) == 3 and parts[1] == "r"}
    sections = subprocess.run(["objdump", "-h", str(file)], capture_output=True, text=True, check=True).stdout
    start = next(int(line.split()[5], 16) for line in sections.split("\n") if line.split()[1:2] == [".rodata"])
    data = file.read_bytes()

tables = b"".join(data[start + places[name]:start + places[name] + size] for name, size in TABLES)
assert len(tables) == 18432 and struct.unpack("<d", tables[0xC00:0xC08])[0] == 1.0
path = pathlib.Path(__file__).parent.parent / "src/ndarray/random/ziggurat.bin"
path.write_bytes(tables)
print(path, len(tables), "bytes")
