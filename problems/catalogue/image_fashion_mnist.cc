#include "problems/catalogue/image_fashion_mnist.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/utf8.h"
#include "problems/parameters.h"
#include "problems/rows/open_rows.h"
#include "problems/sources/source.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// In the order of the ids, named as in the data set's own README.
constexpr const char* kClasses[] = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                    "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
constexpr int64_t kSize = 28;
constexpr size_t kValidPerClass = 500;

Source FashionPackage() {
  return {.name = "fashion_mnist",
          .debian_package = "dataset-fashion-mnist",
          .folder = "usr/share/datasets/fashion-mnist",
          .needs = {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                    "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}};
}

std::string LabelsPath(const std::string& folder, const std::string& prefix) {
  return absl::StrCat(folder, "/", prefix, "-labels-idx1-ubyte.gz");
}

// The id that a cell says; none where it is no class.
std::optional<size_t> ClassOf(const Row& row, const std::string& cell) {
  size_t label = 0;
  const auto found = row.cells.find(cell);
  if (found == row.cells.end() || !absl::SimpleAtoi(TextOfValue(found->second), &label) ||
      label >= std::size(kClasses)) {
    return std::nullopt;
  }
  return label;
}

// In each class the pictures with the smallest random numbers.
absl::StatusOr<std::set<int64_t>> ChooseValid(const std::string& labels_path) {
  T2T_ASSIGN_OR_RETURN(const auto labels, OpenIdx(labels_path));
  std::vector<std::vector<std::pair<uint64_t, int64_t>>> by_class(std::size(kClasses));
  Row row;
  for (int64_t i = 0;; ++i) {
    T2T_ASSIGN_OR_RETURN(const bool more, labels->Next(&row));
    if (!more) break;
    const std::optional<size_t> label = ClassOf(row, "value");
    if (!label.has_value()) continue;  // told where the pictures are read
    const uint64_t number =
        RandomKey(0).With("image_fashion_mnist valid").With(static_cast<uint64_t>(i)).value();
    by_class[*label].emplace_back(number, i);
  }
  std::set<int64_t> valid;
  for (auto& members : by_class) {
    std::sort(members.begin(), members.end());
    for (size_t i = 0; i < std::min(kValidPerClass, members.size()); ++i)
      valid.insert(members[i].second);
  }
  return valid;
}

class ImageFashionMnist : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "image_fashion_mnist";
    spec.summary = "a picture of clothing to its kind";
    spec.inputs = {
        {.name = "image", .modality = "image", .options = "{size: 28, channels: 1, patch: 4}"}};
    spec.targets = {
        {.name = "class",
         .modality = "label",
         .options =
             "classes: [T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, "
             "Ankle boot]"}};
    spec.provenance = {
        .source = "Debian package dataset-fashion-mnist",
        .licence = "MIT (Zalando SE)",
        .size = "30.9 MB",
        .published =
            "accuracy 91.6 to 93.4 % (two convolutions), 93 to 95.6 % (ViT-Lite, CCT), "
            "people 83.5 %"};
    spec.sources = {FashionPackage().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(FashionPackage(), options));
    T2T_ASSIGN_OR_RETURN(const std::set<int64_t> valid, ChooseValid(LabelsPath(folder, "train")));
    T2T_RETURN_IF_ERROR(AddPictures(
        folder, "train", {"train", "valid"},
        [&](int64_t i) { return valid.count(i) != 0 ? "valid" : "train"; }, options, sink));
    return AddPictures(
        folder, "t10k", {"test"}, [](int64_t) { return "test"; }, options, sink);
  }

 private:
  static absl::Status AddPictures(const std::string& folder, const std::string& prefix,
                                  const std::vector<std::string>& splits,
                                  const std::function<const char*(int64_t)>& split,
                                  const GenerateOptions& options, ExampleSink& sink) {
    T2T_ASSIGN_OR_RETURN(
        const auto rows,
        OpenSideBySide({{"image", absl::StrCat(folder, "/", prefix, "-images-idx3-ubyte.gz")},
                        {"label", LabelsPath(folder, prefix)}},
                       {}, "idx"));
    std::map<std::string, int64_t> added;
    // Compressing pictures that the limit drops would take most of the time.
    const auto enough = [&] {
      return options.limit > 0 &&
             std::all_of(splits.begin(), splits.end(),
                         [&](const std::string& name) { return added[name] >= options.limit; });
    };
    Row row;
    for (int64_t i = 0; !enough(); ++i) {
      T2T_ASSIGN_OR_RETURN(const bool more, rows->Next(&row));
      if (!more) break;
      const std::optional<size_t> label = ClassOf(row, "label");
      if (row.status.ok() && !label.has_value()) {
        row.place = absl::StrCat(LabelsPath(folder, prefix), ": item ", i);
        row.status = absl::DataLossError(absl::StrCat(
            "label ", Utf8Shortened(TextOfValue(row.cells["label"]), 20), " is not 0 to 9"));
      }
      if (!row.status.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(row.place, row.status));
        continue;
      }
      if (i == 0) {  // all are as large
        const auto header = ReadImageHeader(row.cells["image"].bytes());
        if (!header.ok() || header->height != kSize || header->width != kSize)
          return absl::DataLossError(absl::StrCat(row.place, ": not pictures of 28x28"));
      }
      if (options.limit > 0 && added[split(i)]++ >= options.limit) continue;
      Example example;
      example.key = absl::StrFormat("%s-%05d", prefix, i);
      example.ports["image"] = std::move(row.cells["image"]);
      example.ports["class"] = kClasses[*label];
      T2T_RETURN_IF_ERROR(sink.Add(split(i), std::move(example)));
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeImageFashionMnist(
    const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  return std::make_unique<ImageFashionMnist>();
}

}  // namespace t2t
