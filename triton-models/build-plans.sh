#!/bin/sh
# Builds TensorRT plans of both graphs of a model, for the GPU and the TensorRT of this machine:
#
#   triton-models/build-plans.sh MODEL [REPOSITORY [PLANS]]
#
# REPOSITORY (default: this script's folder) is read. PLANS (default: triton-plans beside it) becomes a model repository
# with the same models, on platform tensorrt_plan. What is current is kept, so run it as often as you like; plans of
# other GPUs and other versions stay beside. DEVICE is the GPU (default: 0, in the order of nvidia-smi), TRTEXEC_FLAGS
# is handed to trtexec as it is.
set -eu

main() {
    case $# in
    [123]) ;;
    *) fail "usage: build-plans.sh MODEL [REPOSITORY [PLANS]]" ;;
    esac
    model=$1
    repository=${2:-$(dirname "$0")}
    [ -d "$repository" ] || fail "no model repository: $repository (expected: an existing folder)"
    repository=$(CDPATH='' cd -- "$repository" && pwd -P)
    plans=${3:-$(dirname "$repository")/triton-plans}
    if [ -d "$plans" ] && [ "$(CDPATH='' cd -- "$plans" && pwd -P)" = "$repository" ]; then
        fail "PLANS: $plans (expected: another folder than REPOSITORY)"
    fi
    device=${DEVICE:-0}
    # nvidia-smi counts all GPUs, trtexec those that are left: they would not mean the same one.
    [ -z "${CUDA_VISIBLE_DEVICES:-}" ] || fail "CUDA_VISIBLE_DEVICES: $CUDA_VISIBLE_DEVICES (expected: unset; DEVICE chooses)"
    for file in config.pbtxt profile.yaml; do
        [ -f "$repository/$model/$file" ] || fail "no model: $repository/$model/$file is missing"
    done
    find_tools
    for graph in "${model}_vision_encoder" "${model}_llm"; do
        build "$graph"
    done
    copy_ensemble
    echo "$plans: $model for GPU $gpu and TensorRT $version"
}

# Sets version and gpu.
find_tools() {
    PATH=$PATH:/usr/src/tensorrt/bin # where NVIDIA's images have it
    command -v trtexec >/dev/null || fail "trtexec: not found (expected: on PATH; it comes with TensorRT)"
    command -v nvidia-smi >/dev/null || fail "nvidia-smi: not found (expected: on PATH; it comes with the GPU's driver)"
    number=$(trtexec --help 2>&1 | sed -n 's/.*\[TensorRT v\([0-9]*\)\].*/\1/p' | head -n 1)
    [ "${number:-0}" -ge 100000 ] || fail "TensorRT of trtexec: v${number:-?} (expected: v100000, for 10.0.0, or newer)"
    version=$((number / 10000)).$((number / 100 % 100)).$((number % 100))
    export CUDA_DEVICE_ORDER=PCI_BUS_ID # trtexec then counts GPUs as nvidia-smi does
    gpu=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader --id="$device") || fail "nvidia-smi: no GPU $device"
    case $gpu in
    [0-9]*.[0-9]*) ;;
    *) fail "compute capability of GPU $device: $gpu (expected: such as 9.0)" ;;
    esac
}

# The plan of one graph, unless it is current, and the configuration that has Triton load it.
build() {
    source=$repository/$1
    target=$plans/$1
    plan=$target/1/model-$gpu-trt$version.plan
    [ -f "$source/1/model.onnx" ] || fail "no graph: $source/1/model.onnx"
    inputs=$(inputs_of "$source/config.pbtxt")
    [ -n "$inputs" ] || fail "no inputs: $source/config.pbtxt"
    largest=$(sed -n 's/^max_batch_size: *\([0-9]*\).*/\1/p' "$source/config.pbtxt")
    [ "${largest:-0}" -ge 1 ] || fail "max_batch_size: ${largest:-missing} (expected: 1 or more, $source/config.pbtxt)"
    preferred=$(sed -n 's/^ *preferred: *\([0-9]*\).*/\1/p' "$repository/$model/profile.yaml")
    if [ "${preferred:-0}" -lt 1 ] || [ "$preferred" -gt "$largest" ]; then
        preferred=$largest
    fi
    list_flags
    wanted=$(stamp)
    mkdir -p "$target/1"
    if is_current; then
        echo "$plan: current"
    else
        run_trtexec "$1"
    fi
    write_config >"$target/config.pbtxt.$$.part" || fail "$source/config.pbtxt: cannot be rewritten"
    mv "$target/config.pbtxt.$$.part" "$target/config.pbtxt"
}

# Sets flags, and profiles, the number of optimisation profiles: one for each length that prompts are padded to, which
# takes all lengths above the one before. Types are the graph's own: TensorRT 11 knows nothing else.
list_flags() {
    flags=--skipInference
    [ "${version%%.*}" -gt 10 ] || flags="$flags --stronglyTyped"
    profiles=0
    shortest=1
    padded=$(lengths)
    for length in $padded; do
        flags="$flags --profile=$profiles --minShapes=$(shapes 1 "$shortest")"
        flags="$flags --optShapes=$(shapes "$preferred" "$length") --maxShapes=$(shapes "$largest" "$length")"
        profiles=$((profiles + 1))
        shortest=$((length + 1))
    done
    flags="$flags${TRTEXEC_FLAGS:+ $TRTEXEC_FLAGS}"
}

# The lengths of prompts; 0 for a graph in which nothing but the batch varies.
lengths() {
    case $inputs in
    *-1*)
        found=$(sed -n 's/^ *length_buckets: *\[\(.*\)\].*/\1/p' "$repository/$model/profile.yaml" | tr ',' ' ')
        [ -n "$found" ] || fail "length_buckets: missing (expected: in $repository/$model/profile.yaml)"
        echo "$found"
        ;;
    *) echo 0 ;;
    esac
}

# A line for each input of a configuration: name, dimensions without the batch.
inputs_of() {
    awk '
        { sub(/#.*/, ""); gsub(/[][{},:]/, " & "); text = text " " $0 }
        END {
            count = split(text, word, /[ \t"]+/)
            for (i = 1; i <= count; i++) {
                if (word[i] ~ /^[[{]$/) depth++
                else if (word[i] ~ /^[]}]$/) depth--
                else if (depth == 0 && word[i] ~ /^[a-z_]+$/) field = word[i]
                if (field != "input") continue
                if (word[i] == "name") name = word[i + 2]
                if (word[i] == "dims") for (j = i + 2; j <= count && word[j] != "]"; j++)
                    if (word[j] ~ /^-?[0-9]+$/) dims = dims " " word[j]
                if (word[i] == "}" && name) { print name dims; name = dims = "" }
            }
        }' "$1"
}

# shapes BATCH LENGTH: all inputs as trtexec wants them, name:1x2x3,name:1x2
shapes() {
    echo "$inputs" | awk -v batch="$1" -v words="$2" '{
        printf "%s%s:%s", (NR > 1 ? "," : ""), $1, batch
        for (i = 2; i <= NF; i++) printf "x%s", ($i < 0 ? words : $i)
    }'
}

# What the plan is made of, a line each. A plan is current while nothing of this has changed.
stamp() {
    (cd "$source/1" && sha256sum model.onnx*)
    echo "TensorRT $version"
    echo "GPU $gpu"
    echo "flags $flags"
}

is_current() {
    [ -f "$plan" ] && [ -f "$plan.stamp" ] && [ "$(cat "$plan.stamp")" = "$wanted
plan $(sha256sum <"$plan")" ]
}

run_trtexec() {
    part=$plan.$$.part
    trap 'rm -f "$part"' EXIT
    trap 'exit 130' INT TERM
    echo "$plan: building, log in $plan.log"
    set -f
    # shellcheck disable=SC2086 # flags are words
    trtexec --onnx="$source/1/model.onnx" --saveEngine="$part" --device="$device" $flags >"$plan.log" 2>&1 ||
        fail "trtexec failed on $1: see $plan.log"
    set +f
    [ -s "$part" ] || fail "trtexec wrote no plan of $1: see $plan.log"
    rm -f "$plan.stamp"
    mv "$part" "$plan"
    printf '%s\nplan %s\n' "$wanted" "$(sha256sum <"$plan")" | put "$plan.stamp"
}

# The graph's own configuration with another platform. Triton takes the plan of the GPU's compute capability.
write_config() {
    awk '{
        line = $0
        sub(/#.*/, "", line)
        if (depth == 0) skipped = line ~ ("^(platform|backend|instance_group|default_model_filename|" \
            "cc_model_filenames)[ :[{]")
        depth += gsub(/[[{]/, "", line) - gsub(/[]}]/, "", line)
        if (!skipped) print
    }' "$source/config.pbtxt" || return 1
    echo 'platform: "tensorrt_plan"'
    echo "default_model_filename: \"${plan##*/}\""
    echo "cc_model_filenames [$(plans_like_this)"
    echo "]"
    names=$(awk -v count="$profiles" 'BEGIN { for (i = 0; i < count; i++) printf "%s\"%d\"", (i ? ", " : ""), i }')
    echo "instance_group [ { count: 1 kind: KIND_GPU profile: [ $names ] } ]"
}

# Entries for the plans of all GPUs that were made of the same things.
plans_like_this() {
    comma=
    for other in "$target"/1/model-*-trt"$version".plan; do
        [ -f "$other.stamp" ] || continue
        [ "$(made_of <"$other.stamp")" = "$(echo "$wanted" | made_of)" ] || continue
        name=${other##*/}
        key=${name#model-}
        printf '%s\n  { key: "%s" value: "%s" }' "$comma" "${key%-trt*}" "$name"
        comma=,
    done
}

made_of() {
    grep -v -e '^GPU ' -e '^plan '
}

copy_ensemble() {
    mkdir -p "$plans/$model/1"
    for file in "$repository/$model"/*; do
        [ ! -f "$file" ] || put "$plans/$model/${file##*/}" <"$file"
    done
}

# Standard input to a file, all of it or nothing.
put() {
    cat >"$1.$$.part"
    mv "$1.$$.part" "$1"
}

fail() {
    echo "build-plans.sh: $1" >&2
    exit 1
}

main "$@"
