#include "problems/catalogue/vector_drawing.h"

#include <stdlib.h>

#include <filesystem>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "files/file_descriptor.h"
#include "problems/sources/process.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kProgram[] = "rsvg-convert";

}  // namespace

absl::Status CheckDrawingProgram() {
  const absl::Status status = RunProcess({kProgram, "--version"}, "/").status();
  if (status.ok()) return status;
  return absl::FailedPreconditionError(
      absl::StrCat("the drawings are SVG, which ", kProgram,
                   " turns into pictures: apt-get install librsvg2-bin (", status.message(), ")"));
}

absl::StatusOr<std::string> PngOfDrawing(const std::string& svg_path, int64_t side) {
  std::string folder = (std::filesystem::temp_directory_path() / "t2t-drawing-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return ErrnoStatus("make a folder like", folder);
  const absl::Cleanup cleanup = [&] {
    std::error_code error;
    std::filesystem::remove_all(folder, error);
  };
  const std::string png = folder + "/drawing.png", size = absl::StrCat(side);
  T2T_RETURN_IF_ERROR(
      RunProcess({kProgram, "--width", size, "--height", size, "--keep-aspect-ratio", "--output",
                  png, std::filesystem::absolute(svg_path).string()},
                 folder)
          .status());
  return ReadFile(png);
}

}  // namespace t2t
