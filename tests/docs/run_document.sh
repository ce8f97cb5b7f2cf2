#!/bin/bash
# run_document.sh DOCUMENT BUILD WORK COMPILER: runs every ```sh block of the document in order, as one script that
# stops at the first command that fails, in an empty folder, with the installed t2t on PATH. Every line of its ```text
# blocks, but "...", must then be among what was printed.
set -eu
document=$1 build=$2 work=$3
export CXX=$4 CMAKE_PREFIX_PATH=$work/prefix PATH=$work/prefix/bin:$PATH
rm -rf "$work"
mkdir -p "$work/folder"
cmake --install "$build" --prefix "$work/prefix" > "$work/install.log"
{
  echo 'set -euo pipefail'
  # The document's line stands in front of what a failing command says.
  awk '/^```sh$/ { inside = 1; print "PS4=\"+ line " NR " of the document: \""; next }
       /^```$/ { inside = 0 }
       inside' "$document"
  echo 'echo THE END'
} > "$work/document.sh"
blocks=$(grep -c '^PS4=' "$work/document.sh")
[ "$blocks" -ge 3 ] || { echo "$document: only $blocks blocks of commands were found"; exit 1; }
cd "$work/folder"
bash -x "$work/document.sh" 2>&1 | tee "$work/output"
grep -qx 'THE END' "$work/output"
awk '/^```text$/ { inside = 1; next }
     /^```$/ { inside = 0 }
     inside && $0 != "..."' "$document" > "$work/shown"
[ -s "$work/shown" ] || { echo "$document: no block of output was found"; exit 1; }
while IFS= read -r line; do
  grep -qxF -- "$line" "$work/output" || { echo "$document shows a line that was not printed: $line"; exit 1; }
done < "$work/shown"
