#!/bin/sh
# A vault of ten thousand accounts, and one of ten, as a person meets them: whole processes, unlocked.
#
#     vault.sh BUILD PAIR_BENCH ROUNDS        prints NAME ratio = … for each
#
# The floor of what reads ten thousand is Debian's age opening the same file; of a code, the same code
# without a vault.
set -eu
build=$1 pair=$2 rounds=$3
dir=$(mktemp -d)
c=$build/countersign
export XDG_RUNTIME_DIR="$dir/runtime" COUNTERSIGN_VAULT="$dir/v"
trap '"$c" lock >/dev/null 2>&1 || true; COUNTERSIGN_VAULT=$dir/ten "$c" lock >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
mkdir -m 700 "$XDG_RUNTIME_DIR"
echo "correct horse battery staple" >"$dir/passphrase"
PASS="--passphrase-file $dir/passphrase"

uris() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) {
		k = ""; x = i + 1
		for (j = 0; j < 32; j++) { x = (x * 1103515245 + 12345) % 2147483648
			k = k substr("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", int(x / 65536) % 32 + 1, 1) }
		printf "otpauth://totp/Service%d:user%d%%40example.test?secret=%s&issuer=Service%d\n", i, i, k, i } }'
}

uris 10000 >"$dir/uris"
"$c" init --work-factor 1 $PASS --recovery-file "$dir/key" 2>/dev/null
cp -a "$dir/v" "$dir/empty"
# a fresh vault each time: what is there already would cost less
echo "import $("$pair" "$rounds" sh -c "rm -rf '$dir/v' && cp -a '$dir/empty' '$dir/v' && exec '$c' import '$dir/uris' --json $PASS" \
    -- sh -c "rm -rf '$dir/x' && cp -a '$dir/empty' '$dir/x' && exec age -r age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj '$dir/uris'")"
"$c" unlock $PASS >/dev/null
echo "list $("$pair" "$((rounds * 5))" "$c" list -- age -d -i "$dir/key" "$dir/v/vault.age")"
echo "search $("$pair" "$((rounds * 5))" "$c" search user77 -- age -d -i "$dir/key" "$dir/v/vault.age")"
export COUNTERSIGN_VAULT="$dir/ten"
uris 10 >"$dir/uris"
"$c" init --work-factor 1 $PASS --recovery-file "$dir/key2" 2>/dev/null
"$c" import "$dir/uris" --json $PASS >/dev/null
"$c" unlock $PASS >/dev/null
echo "code $("$pair" "$((rounds * 40))" "$c" code Service7 -- "$c" oath --totp -b GEZDGNBVGY3TQOJQ)"
