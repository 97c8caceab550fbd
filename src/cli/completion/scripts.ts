/** What a shell must know to complete retask: to ask `retask complete` with the words typed so far. Nothing else is in them. */

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The one line with which `retask complete` says that the shell shall offer files. */
export const FILES_LINE = ":files";

// Bash splits words at = and : too, so that the line is read anew.
const BASH = `# Completion of retask for bash. In ~/.bashrc: eval "$(retask completion bash)"
_retask() {
  local line typed="\${COMP_LINE:0:COMP_POINT}"
  local -a words
  read -ra words <<<"$typed"
  [[ $typed == *[[:space:]] ]] && words+=("")
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ${FILES_LINE} ]]; then
      compopt -o default
      return
    fi
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _retask retask
`;

const ZSH = `#compdef retask
# Completion of retask for zsh. In ~/.zshrc, after compinit: eval "$(retask completion zsh)"
_retask() {
  local line
  local -a lines values
  lines=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $lines[1] == ${FILES_LINE} ]]; then
    _files
    return
  fi
  for line in $lines; do
    values+=("\${\${line/$'\\t'/:}%:}")
  done
  _describe retask values
}
if [[ $funcstack[1] == _retask ]]; then
  _retask
else
  compdef _retask retask
fi
`;

const FISH = `# Completion of retask for fish: retask completion fish > ~/.config/fish/completions/retask.fish
function __retask_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l lines ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
  if test "$lines[1]" = ${FILES_LINE}
    __fish_complete_path "$current"
  else
    printf '%s\\n' $lines
  end
end
complete -c retask -f -a '(__retask_complete)'
`;

export const completionScript = (shell: Shell): string => ({ bash: BASH, zsh: ZSH, fish: FISH })[shell];
