// Makes a list of the model's answer: one entry for each line, without bullets, numbers and repetitions.
const answer = String(context.extractSkillsService.values.text ?? "");
let lines = answer.split(/\r?\n/);
if (lines.filter((line) => line.trim() !== "").length === 1) {
    lines = answer.split(/[,;]/);
}
const seen = new Set();
const skills = [];
for (const line of lines) {
    const skill = line.replace(/^\s*(?:[-*\u2022\u2013]|\d+[.)])\s+/, "").replace(/[.,;\s]+$/, "").trim();
    const key = skill.toLowerCase();
    if (skill === "" || key === "none" || key === "keine" || seen.has(key)) {
        continue;
    }
    seen.add(key);
    skills.push(skill);
}
context.skills = skills;
