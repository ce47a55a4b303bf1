/** Files that xz and bzip2 made, with contents that {@link toolContent} makes again. */

export function toolContent(): Buffer {
  let text = "";
  for (let i = 0; i < 90; i++) text += `${i}: the quick brown fox ${i * i} jumps over ${(i * 7919) % 1000}\n`;
  const noise = Buffer.from(Array.from({ length: 700 }, (_, i) => ((i * i * 31 + i * 17) >> 3) & 255));
  return Buffer.concat([Buffer.from(text), noise, Buffer.from(text)]);
}

/** `xz -9`: the check is a CRC-64. */
export const XZ = Buffer.from(
  [
    "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4CEhBW1dABgOgCc18eg9ofHuIXXsv0pcRzZ2Ts0B9tXt5hjhO+fOJ+3KpIJLD5fS",
    "dJsVH1+tVu92/zStn6eZffaYC4ZYPsVhaEbmCnoMYRbt0cP0GC1KUrylstq4zTKdIbedmhp/enlcNJjxGZwfgsiDs5530N5w",
    "WA7NQtPngyWAiPL7bk4J1tmV4i6tQ1sUGlDFNPAmfBGRywDfTM2U5WwtW5YUKrjbvuCZfyIP1ivqCOjS4FhPGzrWa+k3KcH7",
    "x4joO+fIOrJ+eky4kGh2Jclmg2/Jx5z5iiyViCaA4Wy1Arf3/vGsFJVq1EaMOrXAc6IbvObdNJEJbrJ1erJUL50nJ8eJ2ygP",
    "CbGG3JWLN7ihvmz/GMu49IugwQAIxfF0TXxZ32aAqkiO5EfwKoiJB9I9gqZmd9rQZOWD/tYEtp9Fj6xGb2bovamAQk8ljMvV",
    "ghGgSV5WyLt5UE0LBb50ef6P9aU+CQ/ZS9s69bNgl/KyGWxYazH/ncbYi9ASHf5RCPTlgOEDiQmr+WPQ3tY6auMqZlcfidO1",
    "nFja4lEMe/0G0pkxwpDgXrdoSKS8KF1wDuvsLee8uZc49fA5M+4e3XYd+b1dRTEukM6lKY0pl8R3ytb8VZ3ImXaELPxEdJfl",
    "PopfHHox0Kq8biv/doEParhhkpk0CJiDuwQCD4yLm81soECU31ylNB4YG/uo1LMl+VnDhpt/6PAVf+A6gyJXK/0YDKd3zguh",
    "FUhJvdOBwry0b40vPKvmp3Ox4yxPcXnvfU++IiLQ0JtZyxsgtcJJ4i5o9Oi4+NaIBShT74IVuz3QxXXgLy9o13F8WQ9bpaf2",
    "hOSVEYQF9NqyokaK+JIZYc776f20mAd5iAWd9TEdDWu/2hy8EB/jJwmCBWv4OMOBLxnFmkIhgh7g195DvdY2baHs7sYtxgrf",
    "VBmY/w6wZrrioGoX+JRqX9rapkyLYvgk0lStQ592zV2VnvfaCMLNn7XFvie3tAVRb5R0xu6cePz3BE5gK9UH/SvhSOPbBwXI",
    "VnESCBFvjTbu2Bz+a8bCMjfMc3iAYOH7BoI01QAEuktDAlGk3IIgnvheyg0S7O4dLigc+jdY5yjhVEIAxB6uPVPZ8GLdgWGc",
    "SldtF5Plkl48cNPUJtZsXtzqWWV3guYIypg5tDiOkDMG7KF0WOruo2PUG7f8pDUpNM4x5bBInAyyk6DMB8ixpp47eSdtRfhs",
    "NR5KBXmWUSbDOa0M/fbzUdvfKpw7zNzsSYrTQ295b3w1RjBEt9qN/T+F2qV38S1k3UeIrdo2NSVbEPxLEx5u5gxyrOk0ZlNR",
    "r7Z0CUqyjw0odr9nJouxm8hAhshGMHp9HE/2li4cpk78eseHBl50XYBIvrn9aJrzmAWsJIgJrSbNm3vvUYqMYoea4RsSnQSn",
    "HScWO3ZMsrMZz9GMWgMFMBx2birlM5+riyZKvQ1xlBW4lsV2kN0BTzsLmtdT0p16UWJkvHdmhRuQQyFJ0koCWybI9FMUKYtu",
    "G+YAR2p/c4zSYbdAXhm/bS3nXBCiyj3Bz4sje1/lgjlj4Qp0feINoyxLe+UqJTvS8xpsKCnpdeg2DL8BjFhPaCtfZEIKoq0z",
    "dqCJ0nxFOY5gdLVVC0Gl//QxkRTlzagAjUZgACfvCFSh8XEKZtmHKtgoGmWcgJIJW6tqPjlhbK66mXknxhm/6RZ+9OmbGDe0",
    "bv/7s8wIViBgvTt7yWpXhdw1BK9oZUrTszghKTuoHtJgKidX0blW2aHQjDnUO/HfqpvVt8J7SjeIHg5jYtKCoGwIJtHxqvpA",
    "Ja35uIjhqMAF3pfeuyF92ggY6tRlajUJYMO0a2EbLgklwsSIhb1icG5Rom1YEKJxWwMAAAAAAAABl/ie4Ob1JgABiQuiQgAA",
    "/ChGGbHEZ/sCAAAAAARZWg==",
  ].join(""),
  "base64",
);

/** lc=0, lp=2, pb=0, a dictionary of 4 KiB, SHA-256. */
export const XZ_OTHER_PROPERTIES = Buffer.from(
  [
    "/Td6WFoAAArh+wyhAgAhAQAAAAA3J5fW4CEhB34SABgO9Gmkmz1/v3gk0doTorD0PAYTIE7kw5jtHmS6Gwk//t8CYhCft9bq",
    "vPgmEgE5HU5Pr30MFoln9Xc0YDXThuNmLIHbplcYt+f96Bmc/MdbjugCohH4Pizp4MIxltci8cLEznWzq+FA88mS4wO88fWb",
    "wgwXQkO3qGJrDMp36hmCdcQkl6lKEfeVVfZEEX4LIsfLemCYrveT75LNTsRzBLca5Os2AWLLfmgS3yLPdViyPrw4GySQCfl4",
    "41b7+4fqpONvFfetMjqgI34YwuTpSIoPj0AnkGe1cUEIYaHH9xoGdsp4D6cqTf/VMDCWkUiWVWw+z6HNdCNTR1w6LHuGghq0",
    "T1Tx3C7BXE4x42YY2a8C1P+5g3/rsvpTtgNfz7HGA87phVi6iIsqjJ6xjlc7RrkBGMrfLEEgO4ocLMrbR02fbeQGjFCNzNk4",
    "MRG+myxqbXB5qNXbGX6GbGrSyoTNZZQBpArW0FXCl10agjT/+s+F2hRD83x5daZYCm4+tbIYaZ6C3uoYdVIsKxCqX3br5qPN",
    "6DBq20Qoi3bNhE1SCvrkkOERmWa8TZDxnpIc+WLtTLtH3BG1XXJ/JzzYW1ivEYVnQkzeBT8nHQEjfJjYThpOqO2IxSH5mojg",
    "0hvR+ptaxUnn7WLBLbiZr59BhZU+XawphbAW3cpr2o3WwBTrV6mmBxR+VihhPwGczZZPQiytZ4hkglVzEWVRZqz+dao6vV8r",
    "9D08v7Ya19C3W/tvepPQYNK5H5W5WRrrcAONlblZmEanwp5G12vHfcmW/oQs3OTJ7LcF+7R480HgFSh7jcEkRshn9Nl0wmjg",
    "r1YszMHuNceF3z5kCUkGmkqRbf8mvuTZTQ1pwOLOxzJyX53Bw+LjMmgBQgw/6OUcuj1hxXeqW6FmKmgf6BsWiNN4HRtURMJP",
    "ZRtvtdrMXUW9G18scB8lDd3DfvncC0K5jjvgx97v7RyOjbwTQXHPh4xp96VRb8F2aFhFCWoK3sKyMSB3SoG4qwghI5NPQcMF",
    "X29KKDZLCwt2driS8y5dS6+VV+g9J+yo9FWgE6eC7ehHybzqWgNBNNVjBDppN4zn3c5vw+tUxJK3lQNk2wyTsoiXcTQpApEA",
    "J436YSwKfOU035WpI3lItqH7h5Sd3d0yOiHffQ3QaEWX9Pp01Jn7sSJnY+iEFJHpSjGugV6grScQ3CkeCuajJ/tfDZKbw3N9",
    "Howunexo8sbmj78YJht1OEUJtmoljWr0YuIjx9QXS4NpT/d/hHfwyAymlqVKolokQvdUbhZ3iUvW3axCnvwRSrHebHxl30ue",
    "xl98KI+wr7h4DoTbn5Fxag5GgHqHQGkkfwxaoEiFrF2I6+sdPbQoOC6wEiPgA7Sck0jwq5reYeUnQ/5Pl4d6w23oc0DCq2AW",
    "jURvHLm3ZUvNrvaL2quzTFcNcgrZOaaUR9BY3czmkC3kvb3vGgJRHISqzeRB5GF64hX3Nrdge833Vd85hVVtHLhFrN3X/oh/",
    "JUw+yN3cI1nEzbEqT0bSUHTUlS1oK+zV7CXKIgybQD5/+/Hzfkhwx2D75ya2viat/yUvZcqsG9/z4J97kyFZCoKUm+E/rJIf",
    "QE9c784pdqGzFH3FxD0Db1rJ46Cwgy/YL8srKrblBqwZ20GSPg8JmXxu6+xcgkm2gK5eAKiRhcGwnTGImZkvwrIvS4EGtfuJ",
    "3BVH3bGQY7a6NGSrNfFwJdztSKv2VWesDp8myvPBPUAWXnRAmJhbpf5n0r2e2HeeoF2squp6YLQdDW1sL6Imqk6k7CKWl5Ss",
    "zO0ySCbAlEr8xWuw1OP4GnoOUaTnpa/MHPuIR32oWF+hV5GAE+uiK+KRPHhsnut1CDbS1nj86S2chV4FDNcKVI7QJwNUd4kl",
    "/xjSPXQ7P6+qkgQ1CX1gicdA98zGRRDcF7uXY+euFfXhDLr/TzFXhSuVxKTH62zEb1QNxTWKG539fsHVx3FCiGOYPAdbdcLb",
    "UMa8BuqvFp6TjNQQqdsTvY4zB1HD2mMj+PZXLooJtlUY0DMZ2P+qMXiH6Tjprr5QnrNnSj+AyQu52PgyidPp9uAkudGcvOIR",
    "+ACwPiC0Tmkc+Wi1sc3Lzt+zQfxdwoEOCqBWd57s0vGeCux48H74eSfLwteQqXc79mAgieTsV59Zll4m6tTrxMOPlDxvA56p",
    "I1HVO90SkQtYLRLJto5SYLw72C7tEX8CSYB29ZOL9t1m6KBPS6erBYORJ0yKXpbs4/buQoQTWe3j+7z3yHH2cwQxUpX0HOjA",
    "3H0mh5x60lJ3cBDRmluUU4lmQBcC3HLR0o5hqfQNSCucpUUttCfPpWMefG/Yxuk1ifH00gQMfOxhY0wi81h2JHC2p/DyW+k4",
    "KcPRzMZsLRnLbe0ofSmtS4xCeg87+F+FEjNtguIa3ahu+RqgcowGGAcve3qxSdpMlFG4KJ2BMAFapDTeaavY7MQwTvCqylDO",
    "25+E6Pzhi/s241hnywDVE/IACNRLFlmioCeTCWLvhg+gAvivShORYUgZ9iEPn5NuU9YXT1E9a67Er8/W8MYeA4AXQgCRteA0",
    "p7XbGgAAAAC/MwRjrZ+x8il4k/Du5BYJf3PvbvJbOmZvnuHg+rf66wABsg+iQgAAUnl7grbp3xwCAAAAAApZWg==",
  ].join(""),
  "base64",
);

/** lc=4, lp=0, pb=4, CRC-32. */
export const XZ_CRC32 = Buffer.from(
  [
    "/Td6WFoAAAFpIt42AgAhAQgAAADYDyMT4CEhBbS4ABgOgCavO5N3xXn7NU0ksGRXs3LDdo2kYigzYF7i9ayVe8BuoN2vnUuP",
    "h6n09NpSKZ1u9Z7RjOQ/2xQPkBo/kNP1LJStjRd2dyixRj3dEMRtgaJZhhelGyaaCNlfwLa0eiQhFrFnC1Bt/eijcL8pnShv",
    "s/XAPzN13GpanltuA9OqKuoyUQ4DIjamOtUiiAjZ2pi6BeaddK6ZP/9N+WErUYryt1+Zx8oOGz0eYUEdpctkbFUWtx7hV69U",
    "JH8HE9Wh5Qq3HLiRNEjbjZQUCWXbE4Yv2oDooLMDvA660k9vc9opw0dLOz1dQUl0ZMkMVKM+HMxCLi/+BLiGpU1JZqRFQwTI",
    "CzIS0OO1JIcz074H5CQZLku7odXLl+ydMOD6UEhGuvhujS0ZT/gcWkG4ohQfwu5sY3JIDB0XZUmzBO054z6tdVEgLkkucbxq",
    "5MrJwed/Z4w6Do/EQotHaPSutLXOmM6EQd2nLMn7xh8EhFmTzDyowBxPqjiYc+zvtKp/2KMWMYGfXgDGxgTJ8x8LOeWunus1",
    "R70fh/8cx+oVAA0cMBScQ5+mhMa/9DOarIXTlKKoNDZ7s4Jtf+aGSFoZoDgHVzfeVdDPZoRukR5Ict/30+g7VD51COtIO4B7",
    "HUXbEVCrmOPX/U9CHWsApkhlPzWdehXtJsdVXyYxRtfOfPZnjrQlLSM3FUJqDtX1txrfZGpuivhxhSd/uxQ0YQvc3OPcW0gr",
    "9mIh2DjYHZnwt1H9ffVwQUogU2loHRXzvhu+HG8I7sXCF7aUVqiByPrruS+s/dZIJpfziccInHmdVW9so3nhn1mkE0TMOKGf",
    "jl4SmRSmdrLU1p+3U010v/LifBarem++UGFtN/4H74jBdwbFCTwep4GI7gbpnQRfwMQ+Zu/w6EkJSBweZ2GepX9Q0CKa50Ii",
    "PhsQHYiIo7ytJueRfge5sE3HJp0LNxf3bYHVNTf+Zt4bI3LuO8KEP0ldewzcHWMbhY4hPycJUX/1Hw+LcYXtSpAmmPKd3AfU",
    "q/XwX/FXw6G6aaay69/u6vjgoN2CT7hbJ1VH4AWk4NlxDYm6XxaJrZtu6wrU+2ygGXNMQnKYLmTj5bat8EDVv+Jj35vfMyII",
    "ExB505IpA5NKFWO/AEefzfQ2Npb/C4pSpDkVx+Bo572LR06bsNE9Fd77G4uFD+s6Jclzsfo59qDLMgFHFt+g2VQ0OHxIiNyQ",
    "BEB67LO+m0MvoYRmW261jrqZcYi5Q992Z65bMG2V13F9W8zAcO2g5gBqSgSCIXjFFpyJM+Qluxy3/eRdxeRwTiekTkwHNbJb",
    "XOPTzsDCduUFKRy1Q1QTvVuQTmhGIeOT6q6VE8ZrOAIMVYeFfZ4gT0wGZbL44y1ctG3VLAJ8+UYamEBofeSxtoZSNKV6FmMb",
    "zuJHnaNtPtkWr37wjfzG3hFFcOdR0BK/k3b//vLpy1hHJxQZa9VdE/OZc4jdV9NSnCnCIOqlD4zCumjNL3Npe9FHi0B6kmi0",
    "N5mj9Iq9KNdU516jaZvcJKrvmXI40SibpR0TaGjqqFcH80NXXNmG1iU71x5WtZeZ42oXIzQ2Css7tNof7wGmQhkOjY1fvF15",
    "EFFcEJX74AeEbzjh1qWRa2dP3bBb4c9Jv1OqR61QZHMcQMdjiCSlLZdp2nFHcMDIdZRC1L4eymB4LoLvq+MncINGNy990ZZ/",
    "zQUP+FinAcYmlVMFmMgrqmcNHPCNMiQo2QhR9wHjSVECYd2TjtyLXDMU3S70vK7FUvY15fA2ZKB7HEMZVzRDlvnhV3i+qM+N",
    "3LU1y+TRiPZ+M4t+NwP5/5hkFfZR+bmSZje+odJRRr8ffZH0NfAW9omwyR0K6l/MaDIe6zcnBWlN/GBwOx2xGzBsPhc8WQrb",
    "SU2q1L+ZwbfnPUi0ERtBhT/vZ8GmWrYsMJemisX70NZwOsNnety53ou80Eflh7j6SEkAAH09ZeoAAcwLokIAACOz00Y+MA2L",
    "AgAAAAABWVo=",
  ].join(""),
  "base64",
);

/** The first 200 bytes, behind the x86 filter. */
export const XZ_BCJ = Buffer.from(
  [
    "/Td6WFoAAATm1rRGAgEEACEBEACLIW9J4ADHAFNdABgOgCc18eg9ofHuIXXsv0pcRzZ2Ts0B9tXt5hjhO+fOJ+3KpIJLD5fS",
    "dJsVH1+tVu92/zStn6eZffZw1YS6RHZQeDSDXFuYJBDU8oHvalb0l10rAAB66SbNs2ZWogABb8gBAAAALa0uW7HEZ/sCAAAA",
    "AARZWg==",
  ].join(""),
  "base64",
);

/** `bzip2 -1`. */
export const BZIP2 = Buffer.from(
  [
    "QlpoMTFBWSZTWcS30lkAA5/////////////79///////////////////////////////4Ae3x8gFsAAAACbJ3RI6AAE00wEw",
    "IaGAE09IwTJtJpgm0BMTADSbSYGpgCMjEyDAam1PU08ppowanpNMTamaRtT0T0QMDTRqYT1BkzQbSDU9BqEVKD1PKZMnqBoH",
    "pBk3qmE0AyNpBjUNNDT/VRkab1TNTT1HqNPU9TIM1MygYjTTR6j9UaA0NAGIbQnoyniTNQ9RoNGPUg9QGyJk09GkaYjRsUQA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAElSp6IZAAyA",
    "DQaABo0GgADINDJozUAGaQADQAGjQADIaB6gA0DQ9INDQND1AaMjIDQGgAAABVTQQ9RIVBoAAAAAAAAAAAAAAAAAyAAADQAA",
    "AAAAaAAeoADQAAAAABsI12eRYGhlq1SVvhH9px2+fbIdjYkJMa0X5TGWRMCAQICAQCAQCAQCDqzRKEpSlKUpZpSqlKUpSlk4",
    "bVq1XatWrVq1YSlKV0pSlK6UpSlhKUpWSlKUpZJSlVKUpSlJNByHIYGDPuGtl+xK9aKvz5u36hTOMsnDoMw35UXY+fs7lZY+",
    "1t6gyaVKcb+1SOX9+lxtZ/mIl3HNSUQ1h3l43jtvZaidSHwmwNqIYEwIYBgQwDAEEIQpCEIUghRAhSFIQhSCEIQpAggQhCEI",
    "QQQhCCEEIQQhBBCEIIIQgQhBCCCCEIIQhCCCCFIIUghRCFKQQUhB58opR6EopR0hs3nQnAuqsqs6MswqghZZZVVVVdddhCy6",
    "rCrCpCFlVl1mF1l2F2GFl1VUELKrKrqsIVWYWYWQsghZZZVZZdZhCoyGoISNUCEjJghIaxTTywvrZ6LOONRkYboz/Mdyiv7b",
    "2zEgW0DLy/NZTGou4tD0wdRzBFQrI3s88ceDn8sGOBvBAD2D0D0CAEAFgzIADJzFqzIWaIWQ0YaKpQhkgyZMjJqu8J2fCzRm",
    "zaNEuP/2+N4bfZpatktm5wPXemu4GaEMJF1i6pdxpxEDjbJVTCzVZSrNssWblVKsKoVYVb65S7CqrNZZZdVRUw0YbM2+lqyQ",
    "uzbmzJmk2ZtkNGGbJkZLKl2GqzDZVVhqu2YVQVYaNTIwqZFTCqqrJUVQpDVm0YYaoZLLNWbRhLRs875Pv+Grc3mbRq2bxkaN",
    "ypDJVTCzeWKoIXVLIWVS1XU0VYQsq1VUqyZrLMmTDRq1aJaPKx23jDeYZNEtWzc6jLQwzN4QsXb7CmirDJU3mbNmwsww1VVQ",
    "IWaNmazC6GGSGaylW5dZZuVNFmRZogswhhozbNUpfm4qq7DJo1bktXtqqFkN5vJVUqzVZoWZKqsKqVYQq32S7Nkw2ZoVFWEK",
    "iFWrNZszZtG55y7DRLJmlq3MyyrJTBZdCFyyEF12GSGzRk0ZtGGTJDCCzJC7JddC7RVSrZCohYqVWYaMNGF2i667VLVL9Hyu",
    "K1bMmzZwN5q2Xb7NBvqoYSu30LslVKsmarRcqyZNmSzCyGzJoszWaLKVZqlUtGjNkwlLV5ri+IulvtzfaJbNzkmSW833AzQW",
    "VQwsqhuYbmq6mTDJdC5CCFWarNs0VSzMJXS2S1ZNUuR9e4W84GzNLVs3N5z3eatGaGSkFnAwphTVku1YVWWVNWDRZZBZqlos",
    "uuyVMmF2izJKWjgaPo/H3NELtmy7Zs2ZNm+zS0SyQuSlKqUqpYSlLRLNkldCVkqpSlC6Us2SUpaLNGFkkpQlmlLCqUpZpSzS",
    "uhoSpklLt3QPSdv5V3Djn6fx8LmfDTnfYLWFaeTGxH+csj+z2LaQ0j5SXvkMCe4Zud/HabgEx+TlNHBOyLlz1qaMRNX6XKq/",
    "M5X0udy/qkdXryFxdRHZFr51H8yCF5P7Veh97F9tCo1RDD0eqgzgAUAoUDupTsmCEiSd36BdQQkNpUEJHMtkZZp0CEhzZ4C+",
    "P+h4TMUUo+Z9oopR63jO4opR8QopR8/3HYvMfr+BqUUo6WUUo+9xOxRSjthRSjr5RSjhcL4vdOLKKUfX8PxOpQSL0CEisSwI",
    "SGm0+sACEh5kI9zBCR29xugQkQAISIht3gQkU6NfPI4AhIb9rpsgQkd+FdqUeGWjSrJ/iTFyuSC0+mbMDdy0zhn0GYRfZEVZ",
    "nIupAT6PvdkODMBuYZFrb8AtDmXPH8XUUxWlQ2MSXzCfiL08ZXNLoxuFXF2a2XZbQxNjv9uWsJuqlThIxO3Hq6k4ZvSL4yhF",
    "4I8Zr8F6F7HmmAxuOzsIXkrEaBjmgjudPHvYVHltcnH5LpNBArfrEGkplAGE1A9S0hzxZ0bzpzL3hSEZO3Rw5/afU8QO1FG5",
    "Jw45pmBrm+QqRokZomUEwrjsU0T/RMf5QO0EJeHt7ltPBXrUcRE5z18OcxdOcW0be2XbhEANX8Ivnckc6UovHmDdj5xQLpCl",
    "XhobzOwQsqrZJt1GNFwJnJLcWFPJYvlMeDiWsBu1Y3emoagdtPhoqWHXJzzmMkioC6Rs8PSNWde/PBsyd42Eayp/mKRneF+i",
    "VIXtvEoN/t+WvkuRbrHM10q5AqZolKOiA2g5f9kbUq8i3831v+LuSKcKEhiW+ksg",
  ].join(""),
  "base64",
);
