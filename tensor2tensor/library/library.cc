#include "tensor2tensor/library/library.h"

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modalities/adapters/register_adapters.h"
#include "modalities/codecs/register_modalities.h"
#include "modalities/heads/register_heads.h"
#include "problems/catalogue/register_problems.h"
#include "registry/status_macros.h"
#include "tensor2tensor/library/presets.h"
#include "tensor2tensor/models/register_models.h"

namespace t2t {
namespace {

// A preset's first line of comment says what it is.
std::string FirstComment(const std::string& yaml) {
  const std::vector<std::string> lines = absl::StrSplit(yaml, absl::MaxSplits('\n', 1));
  absl::string_view line = lines[0];
  return absl::ConsumePrefix(&line, "# ") ? std::string(line) : "";
}

}  // namespace

absl::Status RegisterAll(Library& library) {
  T2T_RETURN_IF_ERROR(RegisterModalities(library.modalities));
  T2T_RETURN_IF_ERROR(RegisterProblems(library.problems));
  T2T_RETURN_IF_ERROR(RegisterAdapters(library.adapters));
  T2T_RETURN_IF_ERROR(RegisterHeads(library.heads));
  T2T_RETURN_IF_ERROR(RegisterBodies(library.bodies));
  T2T_RETURN_IF_ERROR(RegisterSchemes(library.schemes));
  for (const Preset& preset : BuiltInPresets()) {
    T2T_RETURN_IF_ERROR(library.presets.Add(
        preset.name, {.summary = FirstComment(preset.yaml), .tags = {}, .value = preset.yaml}));
  }
  return absl::OkStatus();
}

}  // namespace t2t
