#!/usr/bin/env bash
# validate_asyncapi.sh DOCUMENT DIRECTORY: holds the AsyncAPI document against
# the specification, with its own parser, which npm installs into DIRECTORY.
# Documents that are broken on purpose must fail.
set -euo pipefail
document=$1
directory=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
parser=@asyncapi/parser@3.6.6

mkdir -p "$directory"
if [[ $(cat "$directory/installed" 2>/dev/null) != "$parser" ]]; then
  npm install --prefix "$directory" --ignore-scripts --no-save --no-audit \
    --no-fund --loglevel=error "$parser"
  echo "$parser" >"$directory/installed"
fi
NODE_PATH=$directory/node_modules node "$here/validate_asyncapi.js" "$document"
