/**
 * The completion scripts. They all ask the program itself (see `complete.ts`), so that new commands, options and models
 * need no new script.
 */

/**
 * Bash splits words at `:` and `=`, which occur in ids and options. The script joins them again, and of a candidate it
 * returns only the part after the last of them, unless a quote is open. For bash 3.2 and later.
 */
export const BASH = String.raw`
_model_ledger() {
  local rest=\${COMP_LINE:0:COMP_POINT} program=\${COMP_WORDS[0]/#\~\//$HOME/} prefix= paths= words=() word value i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $i -eq 0 || $rest == [[:space:]]* ]]; then
      rest=\${rest#"\${rest%%[![:space:]]*}"}
      words+=("")
    fi
    [[ $rest == "$word"* ]] || word=$rest
    rest=\${rest#"$word"}
    words[\${#words[@]}-1]+=$word
  done
  local last=\${words[\${#words[@]}-1]}
  for ((i = 1; i < \${#words[@]}; i++)); do
    words[i]=\${words[i]#[\"\']}
    words[i]=\${words[i]%[\"\']}
  done
  if [[ $last != [\"\']* ]]; then
    value=\${last##*["\${COMP_WORDBREAKS//[^:=]/}"]}
    [[ $COMP_WORDBREAKS == *[:=]* ]] && prefix=\${last%"$value"}
  fi
  COMPREPLY=()
  while IFS=$'\t' read -r value _; do
    case $value in
      :files | :folders) paths=$value ;;
      *) COMPREPLY+=("\${value#"$prefix"}") ;;
    esac
  done < <("$program" __complete -- "\${words[@]:1}" 2>/dev/null)
  if [[ $paths == :files ]]; then
    compopt -o default 2>/dev/null || while read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$last")
  elif [[ $paths == :folders ]]; then
    compopt -o dirnames 2>/dev/null || while read -r value; do COMPREPLY+=("$value"); done < <(compgen -d -- "$last")
  fi
}
complete -F _model_ledger model-ledger
`.replaceAll('\\$', '$');

export const ZSH = String.raw`
#compdef model-ledger
_model_ledger() {
  local -a values shown
  local value description paths=
  while IFS=$'\t' read -r value description; do
    case $value in
      :files | :folders) paths=$value ;;
      *)
        values+=("$value")
        shown+=("$value\${description:+  -- $description}")
        ;;
    esac
  done < <("\${(Q)words[1]/#\~\//$HOME/}" __complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  (( $#values )) && compadd -U -l -d shown -a values
  case $paths in
    :files) _files ;;
    :folders) _files -/ ;;
  esac
}
if [[ $funcstack[1] == _model_ledger ]]; then
  _model_ledger "$@"
else
  compdef _model_ledger model-ledger
fi
`.replaceAll('\\$', '$');

export const FISH = `
function __model_ledger_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in ($program __complete -- $words "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path $current
            case :folders
                __fish_complete_directories $current
            case '*'
                echo $line
        end
    end
end
complete -c model-ledger -f -a '(__model_ledger_complete)'
`;
