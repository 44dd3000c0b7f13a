#include "text/language.h"

#include <array>

#include "text/normal.h"
#include "text/utf8.h"

namespace lepton::text {
namespace {

struct LatinLanguage {
  std::string_view code;
  std::string_view words;  ///< each between spaces
};

constexpr std::array<LatinLanguage, 7> latin{{
    {"en",
     " the of and to in is that it was for on are with as his they be at this have from or had by not but what "
     "all were we when your can said there an which their if will how do my i you me would has its "},
    {"de",
     " der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er "
     "hat dass sie nach wird bei einer um am sind noch wie einem über so zum war haben nur oder aber ich "},
    {"fr",
     " de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la avec son "
     "aux d'un cette d'une ou être ont elle mais nous sa ces été leur je vous "},
    {"es",
     " de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin "
     "sobre este ya entre cuando todo esta ser son dos también fue había era muy "},
    {"it",
     " di e il la che in a per un è del non una i le da con si dei al come più anche nel della alla sono gli lo "
     "ha questo ma delle se ci su o suo dal era essere due dopo "},
    {"pt",
     " de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu "
     "sua ou ser quando muito há nos já está eu também só pelo "},
    {"nl",
     " de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om hem dan zou of "
     "wat mijn men dit zo door over ze zich bij ook tot je mij uit der "},
}};

enum Script { latin_script, han, kana, hangul, cyrillic, arabic, greek, hebrew, thai, devanagari, scripts, no_script };

Script script_of(char32_t c) {
  struct Range {
    char32_t first, last;
    Script script;
  };
  static constexpr std::array<Range, 14> ranges{{{'A', 'Z', latin_script},
                                                 {'a', 'z', latin_script},
                                                 {0xC0, 0x24F, latin_script},
                                                 {0x370, 0x3FF, greek},
                                                 {0x400, 0x52F, cyrillic},
                                                 {0x590, 0x5FF, hebrew},
                                                 {0x600, 0x77F, arabic},
                                                 {0x900, 0x97F, devanagari},
                                                 {0xE00, 0xE7F, thai},
                                                 {0x1E00, 0x1EFF, latin_script},
                                                 {0x3040, 0x30FF, kana},
                                                 {0xAC00, 0xD7A3, hangul},
                                                 {0x1100, 0x11FF, hangul},
                                                 {0x31F0, 0x31FF, kana}}};
  for (auto const& range : ranges)
    if (c >= range.first && c <= range.last) return range.script;
  return is_han(c) ? han : no_script;
}

Language latin_language(std::string_view text, double share) {
  std::array<int, latin.size()> hits{};
  std::string const low = lower(text);
  int words = 0;
  for (std::size_t at = 0; at < low.size();) {
    auto const end = std::min(low.find_first_of(" \n\t.,;:!?\"()", at), low.size());
    if (end > at) {
      ++words;
      std::string const wanted = fmt::format(" {} ", std::string_view(low).substr(at, end - at));
      for (std::size_t i = 0; i < latin.size(); ++i) hits[i] += latin[i].words.find(wanted) != std::string_view::npos;
    }
    at = end + 1;
  }
  auto const best = std::max_element(hits.begin(), hits.end());
  auto const rivals = std::count(hits.begin(), hits.end(), *best);
  if (*best == 0 || rivals > 1) return {"und", 0};
  return {latin[static_cast<std::size_t>(best - hits.begin())].code, share * *best / words};
}

}  // namespace

Language detect_language(std::string_view text) {
  text = text.substr(0, 4096);
  std::array<double, scripts> counts{};
  double letters = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto const [character, bytes] = decode(text, at);
    at += bytes;
    auto const script = script_of(character);
    if (script == no_script) continue;
    // an ideograph says as much as a few letters
    double const weight = script == han || script == hangul ? 3 : 1;
    counts[script] += weight;
    letters += weight;
  }
  if (letters == 0) return {};
  if (counts[kana] > 0 && counts[kana] + counts[han] > letters / 2 && counts[kana] * 10 > counts[han])
    return {"ja", (counts[kana] + counts[han]) / letters};
  auto const best = static_cast<Script>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  double const share = counts[best] / letters;
  static constexpr std::array<std::string_view, scripts> codes{"",   "zh", "ja", "ko", "ru",
                                                               "ar", "el", "he", "th", "hi"};
  return best == latin_script ? latin_language(text, share) : Language{codes[best], share};
}

}  // namespace lepton::text
