# bash completion for countersign(1). Commands and options are asked of the program itself; accounts
# are offered only while the vault is unlocked, and nothing here asks for a passphrase.

_countersign_offer() {
	local word=$1 line
	# bash has parted the word at its colons: what stands before the last one is there already
	local before=
	[[ $COMP_WORDBREAKS == *:* && $word == *:* ]] && before=${word%"${word##*:}"}
	COMPREPLY=()
	while IFS= read -r line; do
		[[ -n $line && ${line,,} == "${word,,}"* ]] || continue
		printf -v line %q "${line:${#before}}"
		COMPREPLY+=("$line")
	done
}

_countersign() {
	local typed=${COMP_LINE:0:COMP_POINT} program=${COMP_WORDS[0]} command=${COMP_WORDS[1]-}
	local word=${typed##* }

	if [[ $COMP_CWORD -eq 1 ]]; then
		_countersign_offer "$word" < <("$program" help --names 2>/dev/null </dev/null | cut -f1)
		return
	fi
	if [[ $word == -* ]]; then
		_countersign_offer "$word" < <("$program" help "$command" 2>/dev/null </dev/null |
			grep -oE -- '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,' | sort -u)
		return
	fi
	case $command in
	help)
		_countersign_offer "$word" < <("$program" help --names 2>/dev/null </dev/null | cut -f1) ;;
	list | search | watch | code | copy | show | edit | rename | tag | rm | qr | phone | backup-codes | export | share | \
		shared | revoke | enrol)
		_countersign_offer "$word" < <("$program" list --names 2>/dev/null </dev/null) ;;
	*)
		compopt -o default 2>/dev/null
		COMPREPLY=() ;;
	esac
}

complete -F _countersign countersign
