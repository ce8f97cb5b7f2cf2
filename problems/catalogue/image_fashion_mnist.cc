#include "problems/catalogue/image_fashion_mnist.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modalities/codecs/pixels.h"
#include "problems/parameters.h"
#include "problems/readers/idx.h"
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
constexpr int64_t kLabelsHeader = 8;  // bytes before the first label, decompressed

Source FashionPackage() {
  return {.name = "fashion_mnist",
          .debian_package = "dataset-fashion-mnist",
          .folder = "usr/share/datasets/fashion-mnist",
          .needs = {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                    "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}};
}

struct Pictures {
  std::string labels_path;
  IdxArray images;
  IdxArray labels;
};

absl::StatusOr<Pictures> ReadPictures(const std::string& folder, const std::string& prefix) {
  const std::string images_path = absl::StrCat(folder, "/", prefix, "-images-idx3-ubyte.gz");
  Pictures pictures;
  pictures.labels_path = absl::StrCat(folder, "/", prefix, "-labels-idx1-ubyte.gz");
  T2T_ASSIGN_OR_RETURN(pictures.images, ReadIdx(images_path));
  T2T_ASSIGN_OR_RETURN(pictures.labels, ReadIdx(pictures.labels_path));
  const std::vector<int64_t>& shape = pictures.images.shape;
  if (shape.size() != 3 || shape[1] != kSize || shape[2] != kSize) {
    return absl::DataLossError(absl::StrCat(images_path, ": not pictures of 28x28"));
  }
  if (pictures.labels.shape.size() != 1 || pictures.labels.shape[0] != shape[0]) {
    return absl::DataLossError(
        absl::StrCat(pictures.labels_path, ": not one label for each of ", shape[0], " pictures"));
  }
  return pictures;
}

// In each class the pictures with the smallest random numbers.
std::set<int64_t> ChooseValid(const IdxArray& labels) {
  std::vector<std::vector<std::pair<uint64_t, int64_t>>> by_class(256);
  for (int64_t i = 0; i < labels.shape[0]; ++i) {
    const uint64_t number =
        RandomKey(0).With("image_fashion_mnist valid").With(static_cast<uint64_t>(i)).value();
    by_class[static_cast<unsigned char>(labels.bytes[static_cast<size_t>(i)])].emplace_back(number,
                                                                                            i);
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
    T2T_ASSIGN_OR_RETURN(const Pictures train, ReadPictures(folder, "train"));
    const std::set<int64_t> valid = ChooseValid(train.labels);
    const auto split = [&](int64_t i) { return valid.count(i) != 0 ? "valid" : "train"; };
    T2T_RETURN_IF_ERROR(AddPictures(train, "train", split, options, sink));
    T2T_ASSIGN_OR_RETURN(const Pictures test, ReadPictures(folder, "t10k"));
    return AddPictures(
        test, "t10k", [](int64_t) { return "test"; }, options, sink);
  }

 private:
  static absl::Status AddPictures(const Pictures& pictures, const std::string& prefix,
                                  const std::function<const char*(int64_t)>& split,
                                  const GenerateOptions& options, ExampleSink& sink) {
    std::map<std::string, int64_t> added;
    for (int64_t i = 0; i < pictures.images.shape[0]; ++i) {
      const size_t label =
          static_cast<unsigned char>(pictures.labels.bytes[static_cast<size_t>(i)]);
      if (label >= std::size(kClasses)) {
        T2T_RETURN_IF_ERROR(
            sink.Broken(absl::StrCat(pictures.labels_path, ": offset ", kLabelsHeader + i),
                        absl::DataLossError(absl::StrCat("label ", label, " is not 0 to 9"))));
        continue;
      }
      // Compressing pictures that the limit drops would take most of the time.
      if (options.limit > 0 && added[split(i)]++ >= options.limit) continue;
      Example example;
      example.key = absl::StrFormat("%s-%05d", prefix, i);
      T2T_ASSIGN_OR_RETURN(std::string png,
                           EncodePng(PixelsOfGrey(pictures.images.Item(i), kSize, kSize)));
      example.ports["image"] = std::move(png);
      example.ports["class"] = kClasses[label];
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
