#include "problems/catalogue/register_problems.h"

#include "problems/catalogue/bible_texts.h"
#include "problems/catalogue/caption_emoji.h"
#include "problems/catalogue/caption_tuxpaint.h"
#include "problems/catalogue/chess_mates.h"
#include "problems/catalogue/chinese_poetry.h"
#include "problems/catalogue/debian_descriptions.h"
#include "problems/catalogue/emoji_names.h"
#include "problems/catalogue/furniture.h"
#include "problems/catalogue/g2p_cmudict.h"
#include "problems/catalogue/generated_images.h"
#include "problems/catalogue/generated_pairs.h"
#include "problems/catalogue/generated_text.h"
#include "problems/catalogue/given_sets.h"
#include "problems/catalogue/hanzi_strokes.h"
#include "problems/catalogue/image_fashion_mnist.h"
#include "problems/catalogue/protein_to_mrna_kaptive.h"
#include "problems/catalogue/protein_to_text_prokka.h"
#include "problems/catalogue/rna16s_phylum.h"
#include "problems/catalogue/speech_asterisk_en.h"
#include "problems/catalogue/speech_fillets.h"
#include "problems/catalogue/splice_dna.h"
#include "problems/catalogue/spoken_signs.h"
#include "problems/catalogue/trna_structure.h"

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
      {"caption_coco",
       "a photograph to a caption (COCO; your own copy)",
       {"image-text", "en", "own-copy"},
       MakeCaptionCoco},
      {"caption_emoji", "an emoji's picture to its name", {"image-text"}, MakeCaptionEmoji},
      {"caption_openmoji",
       "a drawing of OpenMoji to its name (your own copy)",
       {"image-text", "en", "own-copy"},
       MakeCaptionOpenMoji},
      {"caption_tuxpaint", "a Tux Paint stamp to its caption", {"image-text"}, MakeCaptionTuxpaint},
      {"chess_mates",
       "a chess position to the moves that end in mate",
       {"text-text"},
       MakeChessMates},
      {"copy", "letters, unchanged", {"text-text", "generated"}, MakeCopy},
      {"emoji_names",
       "an emoji's English name to its name in another language",
       {"text-text", "multilingual"},
       MakeEmojiNames},
      {"furniture",
       "the icon of a piece of furniture to its name and its category",
       {"image-text", "image-label", "multilingual"},
       MakeFurniture},
      {"g2p_cmudict", "English spelling to phonemes", {"text-text", "en"}, MakeG2pCmudict},
      {"hanzi_strokes",
       "the picture of a Chinese character to the strokes that write it",
       {"image-text", "image-vector"},
       MakeHanziStrokes},
      {"image_cifar",
       "a small photograph to its kind (CIFAR; your own copy)",
       {"image-label", "own-copy"},
       MakeImageCifar},
      {"image_fashion_mnist",
       "a picture of clothing to its kind",
       {"image-label"},
       MakeImageFashionMnist},
      {"image_mnist",
       "a handwritten digit to the digit (MNIST; your own copy)",
       {"image-label", "own-copy"},
       MakeImageMnist},
      {"image_stripes",
       "the direction of drawn stripes",
       {"image-label", "generated"},
       MakeImageStripes},
      {"lm_bible",
       "a language model of the Bible in English or Spanish",
       {"text", "multilingual"},
       MakeLmBible},
      {"lm_chinese_poetry",
       "a language model of Chinese poems",
       {"text", "zh"},
       MakeLmChinesePoetry},
      {"lm_debian",
       "a language model of what Debian says of its packages",
       {"text", "en"},
       MakeLmDebian},
      {"lm_wikitext",
       "a language model of articles of Wikipedia (WikiText; your own copy)",
       {"text", "en", "own-copy"},
       MakeLmWikiText},
      {"pairs", "drawn bases, told in two of nine ways", {"generated"}, MakePairs},
      {"protein_to_mrna_kaptive",
       "a bacterial protein and its genus to the codons of its gene",
       {"protein-rna", "label-rna"},
       MakeProteinToMrnaKaptive},
      {"protein_to_text_prokka",
       "a bacterial protein to the name of what it does",
       {"protein-text", "en"},
       MakeProteinToTextProkka},
      {"protein_to_text_uniprot",
       "a protein to its name or its organism (UniProt; your own copy)",
       {"protein-text", "en", "own-copy"},
       MakeProteinToTextUniProt},
      {"reverse", "letters backwards", {"text-text", "generated"}, MakeReverse},
      {"rna16s_phylum", "a 16S ribosomal RNA gene to its phylum", {"rna-label"}, MakeRna16sPhylum},
      {"speech_asterisk_en",
       "telephone prompts in English to their words",
       {"audio-text", "en"},
       MakeSpeechAsteriskEn},
      {"speech_common_voice",
       "sentences that many people read to their words (Common Voice; your own copy)",
       {"audio-text", "multilingual", "own-copy"},
       MakeSpeechCommonVoice},
      {"speech_fillets",
       "dialogues of a game, spoken in Czech, to their words in Czech or another language",
       {"audio-text", "multilingual"},
       MakeSpeechFillets},
      {"speech_klettres",
       "a spoken letter or syllable to its writing, in 20 languages",
       {"audio-text", "multilingual"},
       MakeSpeechKlettres},
      {"speech_ktuberling",
       "the name of a thing, spoken in 26 languages, to its English name",
       {"audio-text", "multilingual"},
       MakeSpeechKtuberling},
      {"speech_librispeech",
       "read English books to their words (LibriSpeech; your own copy)",
       {"audio-text", "en", "own-copy"},
       MakeSpeechLibriSpeech},
      {"splice_dna",
       "60 bases of DNA to the kind of splice site in their middle",
       {"dna-label"},
       MakeSpliceDna},
      {"translate_bible",
       "verses of the Bible, from English to Spanish",
       {"text-text", "multilingual"},
       MakeTranslateBible},
      {"translate_debian",
       "what Debian says of its packages, from English to another language",
       {"text-text", "multilingual"},
       MakeTranslateDebian},
      {"translate_wmt",
       "parallel texts of WMT from one language to another (your own copy)",
       {"text-text", "multilingual", "own-copy"},
       MakeTranslateWmt},
      {"trna_structure",
       "transfer RNA to its secondary structure, base by base",
       {"rna-text"},
       MakeTrnaStructure},
      {"tuxpaint_spoken",
       "a Tux Paint stamp to its caption, written and spoken",
       {"image-text", "image-audio", "multilingual"},
       MakeTuxpaintSpoken},
  };
  absl::Status status;
  for (const Line& line : lines) {
    status.Update(
        problems.Add(line.name, {.summary = line.summary, .tags = line.tags, .value = line.make}));
  }
  return status;
}

}  // namespace t2t
