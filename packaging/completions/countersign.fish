# fish completion for countersign(1). Commands and options are asked of the program itself; accounts
# are offered only while the vault is unlocked, and nothing here asks for a passphrase.

function __countersign_options
	set -l command (commandline -opc)[2]
	countersign help $command 2>/dev/null </dev/null | string match -ar -- '(?<=^|[ ,])--[a-z][a-z-]*' | sort -u
end

set -l with_names list search watch code copy show edit rename tag rm qr phone backup-codes export share shared \
	revoke enrol

complete -c countersign -n __fish_use_subcommand -f -a '(countersign help --names 2>/dev/null </dev/null)'
complete -c countersign -n '__fish_seen_subcommand_from help' -f -a '(countersign help --names 2>/dev/null </dev/null)'
complete -c countersign -n "__fish_seen_subcommand_from $with_names" -f -a '(countersign list --names 2>/dev/null </dev/null)'
complete -c countersign -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__countersign_options)'
