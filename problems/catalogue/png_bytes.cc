#include "problems/catalogue/png_bytes.h"

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "registry/check.h"

namespace t2t {

absl::StatusOr<std::string> EncodePng(absl::string_view pixels, int64_t height, int64_t width) {
  T2T_CHECK(height > 0 && width > 0 && pixels.size() == static_cast<size_t>(height * width))
      << pixels.size() << " pixels for " << height << "x" << width;
  try {
    // imencode only reads, but a Mat over memory wants it writable.
    const cv::Mat image(static_cast<int>(height), static_cast<int>(width), CV_8UC1,
                        const_cast<char*>(pixels.data()));
    std::vector<unsigned char> bytes;
    if (cv::imencode(".png", image, bytes)) return std::string(bytes.begin(), bytes.end());
  } catch (const cv::Exception& error) {
    return absl::InternalError(absl::StrCat("cannot encode a PNG: ", error.what()));
  }
  return absl::InternalError("cannot encode a PNG");
}

absl::Status CheckPng(absl::string_view bytes) {
  constexpr absl::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
  constexpr absl::string_view kEnd("IEND\xae\x42\x60\x82", 8);
  const absl::string_view view(bytes.data(), bytes.size());
  if (!absl::StartsWith(view, kSignature)) {
    return absl::DataLossError(
        absl::StrCat("not a PNG: it begins with '", absl::CHexEscape(view.substr(0, 8)), "'"));
  }
  if (!absl::EndsWith(view, kEnd))
    return absl::DataLossError("a PNG without its end: the file was cut");
  return absl::OkStatus();
}

}  // namespace t2t
