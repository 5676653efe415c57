"""Lets PyPI's torch, which is built for CUDA, load on a machine without CUDA's libraries (2 GB of wheels).

Torch's own libraries name CUDA's as needed, so the loader wants files of these names that define the symbols torch
takes from them. Each file made here does that and no more: every function fails, and "how many devices" fails first, so
torch finds no GPU and never calls another. Needs gcc and readelf.
"""

import re
import subprocess
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

NO_DEVICE = 100  # cudaErrorNoDevice
UNKNOWN = 999  # cudaErrorUnknown

# Symbols without a version don't say whose they are; the libraries that have such are told by the names of theirs.
NAMES = {
    "libcublas.": "cublas(?!Lt)",
    "libcublasLt.": "cublasLt",
    "libcuda.": "cu(?!File)[A-Z]",
    "libcudart.": "(__)?cuda",
    "libcudnn.": "cudnn",
    "libcufft.": "cufft",
    "libcufile.": "cuFile",
    "libcupti.": "cupti",
    "libcusolver.": "cusolver",
    "libcusparse.": "cusparse(?!Lt)",
    "libcusparseLt.": "cusparseLt",
    "libnccl.": "p?nccl",
    "libnvrtc.": "nvrtc",
    "libnvshmem_host.": "nvshmem",
}


@dataclass
class Wanted:
    """What torch's libraries need and have."""

    libraries: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    unversioned: set[str] = field(default_factory=set)
    by_version: dict[str, set[str]] = field(default_factory=dict)


def readelf(option: str, library: Path) -> str:
    return subprocess.run(["readelf", option, "-W", str(library)], check=True, capture_output=True, text=True).stdout


def read(libraries: list[Path]) -> Wanted:
    wanted = Wanted()
    for library in libraries:
        wanted.libraries.update(re.findall(r"\(NEEDED\).*\[(.+)\]", readelf("-d", library)))
        for line in readelf("--dyn-syms", library).splitlines():
            columns = line.split()
            if len(columns) < 8 or not columns[0].rstrip(":").isdigit():
                continue
            name, _, version = columns[7].partition("@")
            if columns[6] != "UND":
                wanted.defined.add(name)
            elif version:
                wanted.by_version.setdefault(version.lstrip("@"), set()).add(name)
            elif columns[4] == "GLOBAL":
                wanted.unversioned.add(name)
    return wanted


def definition(symbol: str) -> str:
    if re.search("error_?(string|name)", symbol, re.IGNORECASE):
        return f'const char *{symbol}(void) {{ return "no CUDA here"; }}'
    if symbol.startswith("__cuda"):
        return f"void *{symbol}(void) {{ return 0; }}"
    return f"int {symbol}(void) {{ return {NO_DEVICE if symbol == 'cudaGetDeviceCount' else UNKNOWN}; }}"


def build(library: Path, symbols: set[str], versions: dict[str, set[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "stub.c")
        source.write_text("\n".join(map(definition, sorted(symbols))) or "int nothing;")
        script = Path(folder, "stub.map")
        script.write_text("".join(f"{v} {{ global: {'; '.join(sorted(s))}; }};\n" for v, s in sorted(versions.items())))
        linker = [f"-Wl,-soname,{library.name}"] + ([f"-Wl,--version-script,{script}"] if versions else [])
        subprocess.run(["gcc", "-w", "-shared", "-fPIC", "-s", *linker, "-o", library, source], check=True)


def main() -> None:
    folder = Path(sysconfig.get_paths()["purelib"], "torch", "lib")
    present = sorted(folder.glob("*.so*"))
    wanted = read(present)
    names = {library.name for library in present}
    absent = sorted(n for n in wanted.libraries - names if re.match("lib(cu|nv|nccl)", n))
    versioned = set().union(*wanted.by_version.values())
    free = wanted.unversioned - wanted.defined - versioned
    for name in absent:
        versions = (name, "NVSHMEM") if name.startswith("libnvshmem_host.") else (name,)
        own = {version: symbols for version, symbols in wanted.by_version.items() if version in versions}
        pattern = next((p for prefix, p in NAMES.items() if name.startswith(prefix)), "(?!)")
        taken = {symbol for symbol in free if re.match(pattern, symbol)}
        free -= taken
        build(folder / name, taken.union(*own.values()), own)
    print(f"{len(absent)} libraries that torch names and never calls: {', '.join(absent)}")


if __name__ == "__main__":
    main()
