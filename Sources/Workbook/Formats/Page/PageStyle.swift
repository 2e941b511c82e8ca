/// How the page looks: by day and by night, on a telephone, and on paper.
let pageStyle = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1c2024; --quiet: #5b6670; --line: #d8dde2; --panel: #f4f6f8; --link: #0b57a4;
      --passed: #1a7f37; --passed-tint: #e0f4e4; --failed: #b3261e; --failed-tint: #fde4e1;
      --unsolved: #667080; --unsolved-tint: #eef0f3; --notrun: #8a5a00; --notrun-tint: #fdf0cf;
      --error: #6f2dbd; --error-tint: #eee2fb;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14171a; --ink: #e4e7ea; --quiet: #9aa5af; --line: #363d44; --panel: #1e2327; --link: #7fb8f5;
        --passed: #55c271; --passed-tint: #17311f; --failed: #ff8a80; --failed-tint: #40201d;
        --unsolved: #98a2ae; --unsolved-tint: #22272c; --notrun: #e2b35a; --notrun-tint: #382c12;
        --error: #c79bff; --error-tint: #2d1f45;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 1rem clamp(0.75rem, 3vw, 2rem) 4rem; max-width: 90rem;
      background: var(--paper); color: var(--ink); font: 1rem/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
    }
    h1 { font-size: 1.6rem; margin: 0.5rem 0 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 2.2rem 0 0.6rem; }
    h3 { font-size: 1.05rem; margin: 1.4rem 0 0.3rem; }
    h4 { font-size: 1rem; margin: 1rem 0 0.2rem; }
    h1, h2, h3, h4 { break-after: avoid; }
    h3 .quiet, h4 .quiet { font-weight: normal; }
    p { margin: 0.3rem 0; }
    a { color: var(--link); }
    .quiet { color: var(--quiet); }
    nav { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 0.6rem; margin: 1rem 0; }
    .tiles div { background: var(--panel); border-radius: 0.5rem; padding: 0.6rem 0.8rem; }
    .tiles b { display: block; font-size: 1.6rem; line-height: 1.2; }
    .tiles span { color: var(--quiet); font-size: 0.9rem; }
    .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; font-size: 0.9rem; color: var(--quiet); }
    .sign { display: inline-block; min-width: 1.1em; text-align: center; font-weight: bold; }

    .frame { overflow-x: auto; margin: 0.4rem 0 1.2rem; }
    table { border-collapse: collapse; font-size: 0.9rem; }
    th, td { padding: 0.25rem 0.55rem; text-align: left; vertical-align: middle; border-bottom: 1px solid var(--line); }
    thead th { font-weight: 600; vertical-align: bottom; }
    tbody th { font-weight: normal; }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    td.wide { min-width: 8rem; width: 20%; }
    .points, .stuck, .checks { width: 100%; }
    .points tbody th, .matrix tbody th {
      position: sticky; left: 0; background: var(--paper); max-width: 12rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
    }
    .stuck tbody th, .checks tbody th { min-width: 11rem; }
    .names { font-size: 0.85rem; min-width: 9rem; }
    .matrix th, .matrix td { padding: 0.15rem 0.1rem; text-align: center; min-width: 1.3rem; }
    .matrix th:first-child { text-align: left; padding-right: 0.6rem; }
    .matrix thead th { font-size: 0.72rem; border-left: 1px solid transparent; }
    .matrix thead tr:first-child th + th, .matrix thead th.first { border-left-color: var(--line); }
    .matrix td { border: 1px solid var(--paper); font-weight: bold; }
    .matrix td a { display: block; color: inherit; text-decoration: none; }
    .passed { color: var(--passed); } td.passed { background: var(--passed-tint); }
    .failed { color: var(--failed); } td.failed { background: var(--failed-tint); }
    .unsolved { color: var(--unsolved); } td.unsolved { background: var(--unsolved-tint); }
    .not-run { color: var(--notrun); } td.not-run { background: var(--notrun-tint); }
    .grader-error { color: var(--error); } td.grader-error { background: var(--error-tint); }
    .scale span { display: inline-block; width: 33%; font-weight: normal; font-size: 0.72rem; color: var(--quiet); }

    svg.bar { display: block; width: 100%; height: 0.8rem; max-width: 30rem; }
    svg.strip { display: block; width: 100%; min-width: 9rem; max-width: 14rem; }
    rect.passed { fill: var(--passed); } rect.failed { fill: var(--failed); } rect.unsolved { fill: var(--unsolved); }
    rect.not-run { fill: var(--notrun); } rect.grader-error { fill: var(--error); } rect.rest { fill: var(--line); }
    circle.dot { fill: var(--link); fill-opacity: 0.75; }

    details.student { border: 1px solid var(--line); border-radius: 0.5rem; margin: 0.4rem 0; padding: 0 0.8rem; }
    details.student > summary { padding: 0.5rem 0; cursor: pointer; overflow-wrap: anywhere; }
    details.student[open] { padding-bottom: 0.8rem; }
    details.check { margin: 0.25rem 0; padding-left: 0.2rem; }
    details.check > summary, p.check { overflow-wrap: anywhere; }
    details.check > summary { cursor: pointer; }
    p.check { padding-left: 1.2rem; }
    details.check[open] { border-left: 3px solid var(--failed); padding-left: 0.7rem; }
    pre:target { outline: 2px solid var(--link); }
    pre, .student > div { scroll-margin-top: 5rem; }
    pre {
      margin: 0.4rem 0; padding: 0.6rem; overflow-x: auto; max-height: 40rem; background: var(--panel); border-radius: 0.4rem;
      font: 0.82rem/1.4 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere;
    }
    .more pre { white-space: pre; }
    pre.problem { border-left: 3px solid var(--failed); }
    .transcript { font: 0.78rem/1.35 ui-monospace, "DejaVu Sans Mono", monospace; }
    .transcript td { vertical-align: top; overflow-wrap: anywhere; padding: 0.1rem 0.5rem; }
    .transcript td:nth-child(-n+2) { white-space: nowrap; }
    .transcript td:nth-child(n+3) { min-width: 12rem; }

    @media (max-width: 40rem) {
      h1 { font-size: 1.35rem; }
      .points .wide, .stuck .wide { display: none; }
      .points td { white-space: nowrap; }
      .stuck tbody th { min-width: 9rem; }
      .points tbody th, .matrix tbody th { max-width: 7rem; }
      .checks td.wide { min-width: 5.5rem; }
      .tiles { grid-template-columns: 1fr 1fr; }
      details.student { padding: 0 0.5rem; }
    }
    @page { size: A4; margin: 12mm; }
    @page broad { size: A4 landscape; margin: 10mm; }
    @media print {
      :root {
        color-scheme: light;
        --paper: #ffffff; --ink: #000000; --quiet: #444444; --line: #bbbbbb; --panel: #ffffff; --link: #000000;
        --passed: #1a7f37; --passed-tint: #e0f4e4; --failed: #b3261e; --failed-tint: #fde4e1;
        --unsolved: #667080; --unsolved-tint: #ffffff; --notrun: #8a5a00; --notrun-tint: #ffffff; --error: #6f2dbd; --error-tint: #ffffff;
      }
      body { max-width: none; padding: 0; font-size: 9pt; }
      nav { display: none; }
      a { text-decoration: none; }
      .frame { overflow: visible; }
      .tiles { grid-template-columns: repeat(5, 1fr); }
      .tiles b { font-size: 14pt; }
      .tiles span, .legend { font-size: 8pt; }
      h1 { font-size: 16pt; } h2 { font-size: 13pt; } h3 { font-size: 11pt; }
      .tiles div, pre { border: 1px solid var(--line); }
      section.lab:has(.matrix) { page: broad; break-before: page; }
      .matrix { font-size: 7pt; }
      .matrix th, .matrix td { padding: 0.3mm 0; min-width: 4.2mm; }
      .matrix thead th { font-size: 6pt; }
      .points tbody th, .matrix tbody th { position: static; max-width: 36mm; }
      .checks, .stuck, .points, .names { font-size: 8pt; }
      .checks th, .checks td { padding: 0.4mm 2mm; }
      tr, details.check > summary { break-inside: avoid; }
      thead { display: table-header-group; }
      pre { max-height: none; font-size: 7.5pt; break-inside: avoid; }
      summary { break-after: avoid; }
      details.student::details-content, details.check::details-content { content-visibility: visible; display: block; }
      details.more { display: none; }
    }
    """
