#include "problems/catalogue/register_problems.h"

#include "problems/catalogue/caption_emoji.h"
#include "problems/catalogue/caption_tuxpaint.h"
#include "problems/catalogue/g2p_cmudict.h"
#include "problems/catalogue/generated_images.h"
#include "problems/catalogue/generated_text.h"
#include "problems/catalogue/image_fashion_mnist.h"

namespace t2t {

absl::Status RegisterProblems(Registry<ProblemFactory>& problems) {
  struct Line {
    const char* name;
    const char* summary;
    std::vector<std::string> tags;
    ProblemFactory make;
  };
  const std::vector<Line> lines = {
      {"addition", "the sum of two decimal numbers", {"text-text", "generated"}, MakeAddition},
      {"caption_bars",
       "how many bars a drawn picture has",
       {"image-text", "generated"},
       MakeCaptionBars},
      {"caption_emoji", "an emoji's picture to its name", {"image-text"}, MakeCaptionEmoji},
      {"caption_tuxpaint", "a Tux Paint stamp to its caption", {"image-text"}, MakeCaptionTuxpaint},
      {"copy", "letters, unchanged", {"text-text", "generated"}, MakeCopy},
      {"g2p_cmudict", "English spelling to phonemes", {"text-text", "en"}, MakeG2pCmudict},
      {"image_fashion_mnist",
       "a picture of clothing to its kind",
       {"image-label"},
       MakeImageFashionMnist},
      {"image_stripes",
       "the direction of drawn stripes",
       {"image-label", "generated"},
       MakeImageStripes},
      {"reverse", "letters backwards", {"text-text", "generated"}, MakeReverse},
  };
  absl::Status status;
  for (const Line& line : lines) {
    status.Update(
        problems.Add(line.name, {.summary = line.summary, .tags = line.tags, .value = line.make}));
  }
  return status;
}

}  // namespace t2t
