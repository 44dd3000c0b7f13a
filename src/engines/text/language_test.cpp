#include "text/language.h"

#include <gtest/gtest.h>

namespace lepton::text {
namespace {

TEST(Language, ScriptsAndFrequentWords) {
  EXPECT_EQ(detect_language("The bank said that it would cut rates in the autumn.").code, "en");
  EXPECT_EQ(detect_language("Die Bank sagte, dass sie die Zinsen im Herbst senken wird.").code, "de");
  EXPECT_EQ(detect_language("La banque a dit que les taux vont baisser à l'automne.").code, "fr");
  EXPECT_EQ(detect_language("El banco dijo que los tipos bajarán en otoño para todos.").code, "es");
  EXPECT_EQ(detect_language("央行周五宣布下调利率，A股上涨。").code, "zh");
  EXPECT_EQ(detect_language("日本銀行は金利を引き下げました。").code, "ja");
  EXPECT_EQ(detect_language("한국은행은 금리를 인하했다.").code, "ko");
  EXPECT_EQ(detect_language("Банк снизил ставку.").code, "ru");
}

TEST(Language, TooLittleToTell) {
  EXPECT_EQ(detect_language("").code, "und");
  EXPECT_EQ(detect_language("123 $%").code, "und");
  EXPECT_EQ(detect_language("xyzzy").code, "und");
  EXPECT_EQ(detect_language("\xFF\xFE\x80").code, "und");
}

}  // namespace
}  // namespace lepton::text
