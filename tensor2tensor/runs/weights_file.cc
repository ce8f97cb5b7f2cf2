#include "tensor2tensor/runs/weights_file.h"

#include <ATen/ATen.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "files/safetensors.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

struct TypeName {
  at::ScalarType type;
  const char* name;
};
constexpr TypeName kTypes[] = {{at::kFloat, "F32"},     {at::kDouble, "F64"}, {at::kHalf, "F16"},
                               {at::kBFloat16, "BF16"}, {at::kLong, "I64"},   {at::kInt, "I32"},
                               {at::kByte, "U8"},       {at::kChar, "I8"},    {at::kBool, "BOOL"}};

std::string ShapeText(at::IntArrayRef shape) {
  return absl::StrCat("[", absl::StrJoin(shape, ", "), "]");
}

}  // namespace

absl::Status WriteTensors(const std::string& path, const NamedTensors& tensors) {
  std::vector<at::Tensor> kept;  // contiguous copies on the CPU, alive until written
  std::vector<std::pair<std::string, TensorView>> views;
  for (const auto& [name, tensor] : tensors) {
    kept.push_back(tensor.detach().cpu().contiguous());
    const at::Tensor& data = kept.back();
    TensorView view;
    for (const TypeName& type : kTypes) {
      if (type.type == data.scalar_type()) view.dtype = type.name;
    }
    if (view.dtype.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": tensor '", name, "' has a type that safetensors does not know"));
    }
    view.shape = data.sizes().vec();
    view.bytes = {static_cast<const char*>(data.const_data_ptr()), data.nbytes()};
    views.emplace_back(name, std::move(view));
  }
  return WriteSafetensors(path, views, {{"format", "pt"}});
}

absl::StatusOr<NamedTensors> ReadTensors(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const auto file, SafetensorsFile::Open(path));
  NamedTensors tensors;
  for (const auto& [name, view] : file->tensors()) {
    const TypeName* found = nullptr;
    for (const TypeName& type : kTypes) {
      if (view.dtype == type.name) found = &type;
    }
    if (found == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": tensor '", name, "' has the type ",
                                                     view.dtype, ", which is not read"));
    }
    at::Tensor tensor = at::empty(view.shape, at::TensorOptions(found->type));
    if (view.bytes.size() > 0)
      std::memcpy(tensor.mutable_data_ptr(), view.bytes.data(), view.bytes.size());
    tensors[name] = tensor;
  }
  return tensors;
}

LoadReport CopyTensors(const NamedTensors& from, const NamedTensors& into) {
  const at::NoGradGuard no_grad;
  LoadReport report;
  for (const auto& [name, target] : into) {
    const auto source = from.find(name);
    if (source == from.end()) {
      report.missing.push_back(name);
    } else if (source->second.sizes() != target.sizes()) {
      report.reshaped.push_back(absl::StrCat(name, ": file ", ShapeText(source->second.sizes()),
                                             ", model ", ShapeText(target.sizes())));
    } else {
      target.copy_(source->second);
      report.loaded.push_back(name);
    }
  }
  for (const auto& [name, tensor] : from) {
    if (into.count(name) == 0) report.unexpected.push_back(name);
  }
  return report;
}

std::string LoadReport::Text() const {
  std::string text = absl::StrCat(loaded.size(), " tensors loaded");
  const auto list = [&](const char* what, const std::vector<std::string>& names) {
    for (const std::string& name : names) absl::StrAppend(&text, "\n  ", what, " ", name);
  };
  list("missing in the file:", missing);
  list("not in the model:", unexpected);
  list("of another shape:", reshaped);
  return text;
}

}  // namespace t2t
